using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Support;
using Gateway.Tests.Journal;
using Microsoft.AspNetCore.SignalR;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>
/// The gateway is killed in the middle of a burst of events, a part of its journal is damaged, and it is started again. A reader that resumes from the last
/// event it was shown goes on where it was or is told that it cannot: it never gets another event under an id that it knows.
/// </summary>
public sealed class LostJournalTests
{
    private static readonly string[] Vms = ["fake-1", "fake-2"];

    [Theory]
    [InlineData("journal.db-wal", "nothing", false)]
    [InlineData("journal.db-wal", "truncated", true)]
    [InlineData("journal.db-wal", "overwritten", true)]
    [InlineData("journal.db-wal", "empty", true)]
    [InlineData("journal.db-wal", "lost", true)]
    [InlineData("journal.db", "lost", true)]
    [InlineData("journal.db-shm", "lost", false)]
    [InlineData("journal.db-shm", "empty", false)]
    [InlineData("journal.ids", "lost", false)]
    [InlineData("journal.ids", "overwritten", false)]
    public async Task Readers_that_resume_get_what_they_missed_or_are_told(string file, string how, bool isLoss)
    {
        await using var numbers = new NumberedQemus(Vms);
        await using var gateway = await RealGateway.StartAsync([.. numbers.Arguments]);
        await Task.WhenAll(Vms.Select(vm => gateway.EventAsync(vm, "NUMBERED")));
        List<JsonElement> shown;
        await using (var stream = await SseReader.OpenAsync(gateway, "/events", "start"))
        {
            // Near the head of the journal: of a reader that lags, damage may leave all that it has seen.
            await Poll.UntilAsync(async () => await IsNearHeadAsync(gateway, stream) ? "enough" : $"{stream.Events.Count} events", "enough");
            await gateway.KillAsync();
            await stream.Ended;
            shown = [.. stream.Events.Where(static e => e.Id is not null && e.Data.Length > 0).Select(static e => e.Envelope)];
        }

        Damage(Path.Combine(gateway.DataDirectory, file), how);
        await gateway.RestartAsync();
        await numbers.StopAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/health/ready")).Status);
        var after = shown[^1].Id();

        if (isLoss)
        {
            var oldest = (await gateway.GetAsync($"/events?after={after}")).Problem(410, "cursor-expired").GetProperty("oldest").GetString();
            (await gateway.GetAsync($"/events?after={oldest}")).Json();
            Assert.Equal(HttpStatusCode.Gone, (await Assert.ThrowsAsync<HttpRequestException>(() => SseReader.OpenAsync(gateway, "/events", after))).StatusCode);
            await Poll.UntilAsync(
                async () => Regex.IsMatch((await gateway.GetAsync("/metrics")).Text, """^qmp_gateway_events_lost_total\{.*vm="fake-2".*\} 1\b""", RegexOptions.Multiline) ? "counted" : "not yet", "counted");
            Assert.Contains("cursor-expired", (await Assert.ThrowsAsync<HubException>(() => SubscribeAsync(gateway, after))).Message, StringComparison.Ordinal);
        }
        else
        {
            var next = (await gateway.GetAsync($"/events?after={after}&limit=1")).Json().GetProperty("items").EnumerateArray().Single();
            await using var stream = await SseReader.OpenAsync(gateway, "/events", after);
            Assert.Equal(Same.Text(next), Same.Text((await stream.WaitForAsync(next.Id())).Envelope));
            Assert.Equal(next.Id(), stream.Events.First().Id);
            await using var hub = await SubscribeAsync(gateway, after);
            Assert.Equal(Same.Text(next), Same.Text(await hub.WaitForAsync(next.Id())));
        }

        var known = shown.ToDictionary(static e => e.Id(), Same.Text);
        var history = await gateway.EventsAsync("vm=*");
        var again = history.Where(e => known.ContainsKey(e.Id())).ToArray();
        Assert.All(again, e => Assert.Equal(known[e.Id()], Same.Text(e)));
        Assert.True(isLoss ? again.Length < known.Count : again.Length == known.Count, $"{again.Length} of {known.Count}");
        var lost = history.Where(static e => e.Name() == "EVENTS_LOST").ToArray();
        Assert.Equal(isLoss ? Vms : [], lost.Select(static e => e.Vm()));
        Assert.All(lost, e => Assert.Equal(JsonValueKind.Null, e.Data().GetProperty("count").ValueKind));
        // The loss stands where it was: between what is left of the old events and all new ones.
        Assert.Equal(again.Select(Same.Text), history.Take(again.Length).Select(Same.Text));
        Assert.Equal(lost.Select(Same.Text), history.Skip(again.Length).Take(lost.Length).Select(static e => Same.Text(e)).Where(_ => isLoss));
        AssertAscending(history);
    }

    [Fact]
    public async Task A_data_directory_that_is_removed_is_noticed_and_a_restart_goes_on()
    {
        await using var qemu = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        (await gateway.GetAsync("/vms/x/status?until=running")).Json();
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/health/ready")).Status);

        Directory.Delete(gateway.DataDirectory, recursive: true);

        var ready = await gateway.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Contains("removed from Gateway:DataDirectory", ready.Text, StringComparison.Ordinal);
        Assert.Contains("restart the gateway", ready.Text, StringComparison.Ordinal);
        await qemu.EventAsync("STOP", "{}");
        await Poll.UntilAsync(async () => (await gateway.GetAsync("/health/ready")).Text.Contains("\"0 events", StringComparison.Ordinal) ? "none" : "waiting", "waiting");
        (await gateway.GetAsync("/vms/x")).Json();
        Assert.False(Directory.Exists(gateway.DataDirectory));

        Assert.Equal(0, await gateway.TerminateAsync());
        await gateway.RestartAsync();
        Assert.Equal(HttpStatusCode.OK, (await gateway.GetAsync("/health/ready")).Status);
    }

    private static async Task<bool> IsNearHeadAsync(RealGateway gateway, SseReader stream)
    {
        var head = long.Parse((await gateway.GetAsync("/vms")).Json().GetProperty("cursor").GetString()!, null);
        return stream.Events.Count > 300 && long.Parse(stream.Events.Last(static e => e.Id is not null).Id!, null) > head - 100;
    }

    private static Task<HubReader> SubscribeAsync(RealGateway gateway, string after) =>
        HubReader.SubscribeAsync(gateway, messagePack: false, ["NUMBERED", "VM_DISCONNECTED", "VM_CONNECTED", "VM_STATUS_CHANGED"], new { after });

    private static void AssertAscending(List<JsonElement> history) => Assert.All(
        history.Zip(history.Skip(1)), static pair => Assert.True(long.Parse(pair.First.Id(), null) < long.Parse(pair.Second.Id(), null)));

    private static void Damage(string path, string how)
    {
        if (how == "lost")
        {
            File.Delete(path);
        }
        else if (how != "nothing")
        {
            DamagedFiles.Damage(path, how, new Random(1));
        }
    }
}
