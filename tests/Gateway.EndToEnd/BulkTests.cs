using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>One request for many VMs, against real QEMUs, and over kill -9 of the gateway.</summary>
public sealed class BulkTests
{
    // So many VMs are worked on at a time.
    private const int AtOnce = 32;

    [Fact]
    public async Task Each_QEMU_has_its_own_outcome()
    {
        await using var first = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var second = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var killed = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var other = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var gateway = await RealGateway.StartAsync(
            RealGateway.Vm("web1", first.Endpoint), RealGateway.Vm("web2", second.Endpoint), RealGateway.Vm("web3", killed.Endpoint), RealGateway.Vm("db1", other.Endpoint));
        await AllRunAsync(gateway, "web1", "web2", "web3", "db1");
        killed.Signal(QemuSignal.Kill);
        await killed.WaitForExitAsync();
        (await gateway.GetAsync("/vms/web3/status?until=ended&timeout=20")).Json();

        var stopped = (await gateway.PostAsync("/bulk", """{"action":"stop","vms":["web*"],"wait":20}""")).Json();

        Assert.Equal(["web1 done STOP", "web2 done STOP", "web3 not-sent vm-unreachable"], Told(stopped));
        Assert.Equal("""{"done":2,"not-sent":1}""", stopped.GetProperty("summary").GetRawText());
        Same.Json(await gateway.EventAsync("web1", "STOP"), stopped.GetProperty("items")[0].GetProperty("event"));
        Assert.Equal(["paused", "paused", "running"], [await StateAsync(first), await StateAsync(second), await StateAsync(other)]);

        var again = (await gateway.PostAsync("/bulk", """{"action":"stop","vms":["web1","web2"],"wait":20}""")).Json();
        Assert.Equal(["web1 done -", "web2 done -"], Told(again));
        var woken = (await gateway.PostAsync("/bulk", """{"action":"wakeup","vms":["web1","db1"]}""")).Json();
        Assert.Equal(["db1 refused command-refused", "web1 refused command-refused"], Told(woken));
        var set = (await gateway.PostAsync("/bulk", """{"action":"actions","vms":["*"],"actions":{"panic":"pause"}}""")).Json();
        Assert.Equal(["db1 done -", "web1 done -", "web2 done -", "web3 not-sent vm-unreachable"], Told(set));
    }

    [Fact]
    public async Task After_kill_9_midway_the_same_key_is_unknown_and_nothing_more_is_sent()
    {
        var silent = Enumerable.Range(0, AtOnce).Select(static _ => new AnsweringQemu { Unanswered = "stop" }).ToArray();
        await using var first = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var second = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        try
        {
            string[] vms = [.. silent.Select(static (fake, i) => RealGateway.Vm($"silent{i:00}", fake.Endpoint)), RealGateway.Vm("web1", first.Endpoint), RealGateway.Vm("web2", second.Endpoint)];
            await using var gateway = await RealGateway.StartAsync(vms);
            await AllRunAsync(gateway, [.. silent.Select(static (_, i) => $"silent{i:00}"), "web1", "web2"]);
            // The real ones are last: their turn comes when one of the others has answered.
            var request = gateway.PostAsync("/bulk", """{"action":"stop","vms":["*"],"wait":60}""", key: "k1");
            await Poll.UntilAsync(() => Task.FromResult($"{Stops(silent)}"), $"{AtOnce}");

            await gateway.KillAsync();

            await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
            await gateway.RestartAsync();
            await AllRunAsync(gateway, "silent00", "web1", "web2");
            for (var retry = 0; retry < 3; retry++)
            {
                var answer = await gateway.PostAsync("/bulk", """{"action":"stop","vms":["*"],"wait":60}""", key: "k1");
                Assert.Equal("unknown", answer.Problem(502, "outcome-unknown").GetProperty("outcome").GetString());
            }

            Assert.Equal(AtOnce, Stops(silent));
            Assert.Equal(["running", "running"], [await StateAsync(first), await StateAsync(second)]);
            Assert.Empty(await gateway.EventsAsync("event=STOP"));

            // Another key is another request.
            var stopped = (await gateway.PostAsync("/bulk", """{"action":"stop","vms":["web*"],"wait":20}""", key: "k2")).Json();
            Assert.Equal(["web1 done STOP", "web2 done STOP"], Told(stopped));
        }
        finally
        {
            foreach (var fake in silent)
            {
                await fake.DisposeAsync();
            }
        }
    }

    private static int Stops(IEnumerable<AnsweringQemu> fakes) => fakes.Sum(static fake => fake.AllCommands.Count(static command => command == "stop"));

    private static async Task AllRunAsync(RealGateway gateway, params string[] vms)
    {
        foreach (var vm in vms)
        {
            (await gateway.GetAsync($"/vms/{vm}/status?until=running")).Json();
        }
    }

    private static async Task<string> StateAsync(RealQemu qemu) => await qemu.Side.StatusAsync();

    // Each VM with its outcome, and its event or problem.
    private static string[] Told(JsonElement result) => [.. result.GetProperty("items").EnumerateArray().Select(static item => string.Join(
        ' ',
        item.GetProperty("vm").GetString(),
        item.GetProperty("outcome").GetString(),
        item.TryGetProperty("event", out var e) ? e.GetProperty("event").GetString()
        : item.TryGetProperty("problem", out var problem) ? problem.GetProperty("type").GetString()!.Split(':')[^1]
        : "-"))];
}
