using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>What a reader was shown survives a kill -9 of the gateway in the middle of a burst of events.</summary>
public sealed class CrashTests
{
    private const int Rounds = 5;
    private const int EventsARound = 400;
    private const string Filter = "vm=x&event=NUMBERED";

    [Fact]
    public async Task Readers_that_resume_after_a_crash_have_lost_nothing_and_see_nothing_twice()
    {
        await using var qemu = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(
            RealGateway.Vm("x", qemu.Endpoint), "--Gateway:Journal:KeepEventsPerVm=1000000");
        using var over = new CancellationTokenSource();
        var sending = SendAsync(qemu, over.Token);
        var streamed = new List<JsonElement>();
        var called = new List<JsonElement>();
        var read = new List<JsonElement>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var sse = await SseReader.OpenAsync(gateway, $"/events?{Filter}", LastOf(streamed));
            await using var hub = await SubscribeAsync(gateway, LastOf(called));
            await AtLeastAsync(() => Math.Min(sse.Events.Count, hub.Events.Count), EventsARound);
            var page = (await gateway.GetAsync($"/events?{Filter}&limit=1000&after={LastOf(read)}")).Json();
            read.AddRange(page.GetProperty("items").EnumerateArray());

            await gateway.KillAsync();

            await Task.WhenAll(sse.Ended, hub.Closed).WaitAsync(RealQemu.Patience, TestContext.Current.CancellationToken);
            streamed.AddRange(sse.Events.Select(static e => e.Envelope));
            called.AddRange(hub.Events);
            await gateway.RestartAsync();
        }

        await over.CancelAsync();
        await sending;
        var history = await gateway.EventsAsync(Filter);

        AssertAscending(history.Select(static e => long.Parse(e.Id())));
        AssertAscending(history.Select(static e => e.Data().GetProperty("n").GetInt64()));
        AssertBeginsWith(streamed, history);
        AssertBeginsWith(called, history);
        AssertBeginsWith(read, history);
    }

    private static async Task SendAsync(AnsweringQemu qemu, CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n++)
        {
            try
            {
                await qemu.EventAsync("NUMBERED", $$"""{"n": {{n}}}""");
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Until the gateway is back.
                await Task.Delay(10, CancellationToken.None);
            }
        }
    }

    private static Task<HubReader> SubscribeAsync(RealGateway gateway, string after) =>
        HubReader.SubscribeAsync(gateway, messagePack: false, ["NUMBERED"], new { vms = new[] { "x" }, after });

    private static string LastOf(List<JsonElement> shown) => shown.Count == 0 ? "start" : shown[^1].Id();

    private static Task AtLeastAsync(Func<int> count, int wanted) =>
        Poll.UntilAsync(() => Task.FromResult(count() >= wanted ? "enough" : $"{count()} events"), "enough");

    private static void AssertAscending(IEnumerable<long> numbers) =>
        Assert.All(numbers.Zip(numbers.Skip(1)), static pair => Assert.True(pair.First < pair.Second, $"{pair.First} before {pair.Second}"));

    private static void AssertBeginsWith(List<JsonElement> shown, List<JsonElement> history)
    {
        Assert.True(shown.Count >= Rounds * EventsARound, $"only {shown.Count} were shown");
        Assert.Equal(shown.Select(Same.Text), history.Take(shown.Count).Select(Same.Text));
    }
}
