using System.Text.Json;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>What QEMU cannot be made to say here passes as it is too, to every kind of reader, digit for digit.</summary>
public sealed class FakeEventTests(SharedGateway shared)
{
    private const string Timestamp = "2025-11-24T16:00:00.123456Z";

    private static int count;

    private static string[] Names => [.. FakePayloads.All.Select(static payload => payload.Name).Distinct()];

    [Fact]
    public async Task Payloads_of_other_hosts_and_times_reach_every_reader()
    {
        await using var qemu = new AnsweringQemu();
        var vm = await AddAsync(qemu);
        var filter = new { vms = new[] { vm } };
        await using var sse = await SseReader.OpenAsync(shared.Gateway, $"/events?vm={vm}");
        await using var json = await HubReader.SubscribeAsync(shared.Gateway, messagePack: false, Names, filter);
        await using var binary = await HubReader.SubscribeAsync(shared.Gateway, messagePack: true, Names, filter);
        foreach (var (title, name, data) in FakePayloads.All)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(title);
            var cursor = (await shared.Gateway.GetAsync($"/vms/{vm}")).Json().GetProperty("cursor").GetString();

            await qemu.EventAsync(name, data);

            var told = await shared.Gateway.EventAsync(vm, name, $"after={cursor}");
            Same.Json(data ?? "{}", told.Data());
            Assert.Equal(Timestamp, told.GetProperty("timestamp").GetString());
            Assert.Equal("qemu", told.GetProperty("origin").GetString());
            var streamed = await sse.WaitForAsync(told.Id());
            Assert.Equal(name, streamed.Name);
            Same.Json(told, streamed.Envelope);
            Same.Json(told, await json.WaitForAsync(told.Id()));
            Same.Json(told, await binary.WaitForAsync(told.Id()));
        }
    }

    [Fact]
    public async Task An_event_of_a_QEMU_without_a_clock_has_no_time()
    {
        await using var qemu = new AnsweringQemu();
        var vm = await AddAsync(qemu);

        await qemu.SendAsync("""{"event": "STOP", "timestamp": {"seconds": -1, "microseconds": -1}}""");

        var told = await shared.Gateway.EventAsync(vm, "STOP");
        Assert.Equal(JsonValueKind.Null, told.GetProperty("timestamp").ValueKind);
        Assert.Equal("{}", told.Data().GetRawText());
    }

    [Theory]
    [InlineData("""{"running": false, "singlestep": false, "status": "dreaming"}""")]
    [InlineData("""{"running": true, "status": "running"}""")]
    [InlineData("""{"running": false, "status": "paused", "since": 18446744073709551615}""")]
    public async Task A_status_of_another_QEMU_passes_as_it_is(string status)
    {
        await using var qemu = new AnsweringQemu();
        var vm = await AddAsync(qemu);
        qemu.Status = status;

        Same.Json(status, (await shared.Gateway.GetAsync($"/vms/{vm}/status")).Json());

        var state = JsonDocument.Parse(status).RootElement.GetProperty("status").GetString();
        var changed = await shared.Gateway.EventAsync(vm, "VM_STATUS_CHANGED", $"data.previous.singlestep=false&data.status.status={state}");
        Same.Json(status, changed.Data().GetProperty("status"));
        Same.Json(status, (await shared.Gateway.GetAsync($"/vms/{vm}")).Json().GetProperty("status"));
    }

    private async Task<string> AddAsync(AnsweringQemu qemu)
    {
        var vm = $"fake-{Interlocked.Increment(ref count)}";
        (await shared.Gateway.PutAsync($"/vms/{vm}", $$"""{"endpoint":"{{qemu.Endpoint}}"}""")).Json();
        (await shared.Gateway.GetAsync($"/vms/{vm}/status?until=running")).Json();
        return vm;
    }
}
