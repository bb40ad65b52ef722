using System.Text.RegularExpressions;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Readers;

/// <summary>Readers that do not keep up: what they cost the others, and what they miss.</summary>
public sealed partial class LaggingReaderTests
{
    private const int All = 200;
    private const int Silent = 20;
    private const int Trickling = 20;

    // More than all buffers between the gateway and a reader hold.
    private const int Flood = 1500;

    private static readonly Via[] Kinds = Enum.GetValues<Via>();

    [Fact]
    public async Task Readers_that_do_not_read_cost_the_others_nothing_and_miss_nothing()
    {
        await using var qemu = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        (await gateway.GetAsync("/status?until=running")).Json();
        var events = new Numbered(qemu);
        var start = (await gateway.GetAsync("/events?limit=1000")).Json().GetProperty("next").GetString()!;
        var good = await OpenAsync(gateway, All - Silent - Trickling, start, keeps: false);
        good.ForEach(static reader => reader.Drain());
        await CaughtUpAsync(good, events, Flood);
        var before = await Figures.MeasureAsync(gateway, events, good);
        var memoryBefore = gateway.ResidentBytes();

        var trickling = await OpenAsync(gateway, Trickling, start);
        trickling.ForEach(static reader => reader.Trickle());
        var silent = await OpenAsync(gateway, Silent, start);
        foreach (var kind in (string[])["sse", "hub", "hub-stream"])
        {
            await Poll.UntilAsync(async () => await LagAsync(gateway, kind) > Flood / 4 ? "it lags" : "no lag", "it lags");
        }

        var with = await Figures.MeasureAsync(gateway, events, good);
        var memory = gateway.ResidentBytes();
        var output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"without them {before}");
        output.WriteLine($"with them    {with}");
        output.WriteLine($"resident {memoryBefore / 1024} KiB, then {memory / 1024} KiB: {(memory - memoryBefore) / 1024 / (Silent + Trickling)} KiB a reader");
        with.AssertNoWorseThan(before);
        foreach (var reader in silent.Concat(trickling))
        {
            await AssertMissesNothingAsync(gateway, reader, events.Count);
        }

        foreach (var reader in good.Concat(silent).Concat(trickling))
        {
            await reader.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(Via.ServerSentEvents)]
    [InlineData(Via.JsonStream)]
    [InlineData(Via.JsonSubscribe)]
    [InlineData(Via.MessagePackStream)]
    [InlineData(Via.MessagePackSubscribe)]
    public async Task A_reader_that_lags_behind_what_is_kept_is_told_and_never_jumps(Via via)
    {
        await using var qemu = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint), "--Gateway:Journal:KeepEventsPerVm=100");
        (await gateway.GetAsync("/status?until=running")).Json();
        // So large that the newest kept in memory reach not as far back as what a reader has been given.
        var events = new Numbered(qemu, size: 30_000);
        var start = (await gateway.GetAsync("/events?limit=1000")).Json().GetProperty("next").GetString()!;
        await using var reader = await RawReader.OpenAsync(gateway, via, Numbered.Name, start);
        await Poll.UntilAsync(async () => await ReadersAsync(gateway) == 1 ? "there" : "none", "there");

        await events.SendAsync(Flood);
        await Poll.UntilAsync(
            async () => (await gateway.EventsAsync($"vm=x&event={Numbered.Name}&data.n={events.Count - 1}")).Count == 1 ? "all" : "some", "all");
        reader.Drain();

        await Poll.UntilAsync(() => Task.FromResult(reader.IsExpired() || reader.Ended.IsCompleted ? "over" : $"{reader.Events().Count} events"), "over");
        var seen = reader.Events();
        Assert.Equal(Enumerable.Range(0, seen.Count), seen.Select(static e => e.Number));
        Assert.InRange(seen.Count, 0, Flood - 100);
        Assert.True(reader.IsExpired(), "it was not told");
        await using var resumed = await RawReader.OpenAsync(gateway, via == Via.ServerSentEvents ? Via.JsonStream : via, Numbered.Name, seen is [.., var last] ? last.Id : start);
        resumed.Drain();
        await Poll.UntilAsync(() => Task.FromResult(resumed.IsExpired() ? "told" : "not"), "told");
        Assert.Empty(resumed.Events());
    }

    private static async Task<List<RawReader>> OpenAsync(RealGateway gateway, int count, string after, bool keeps = true)
    {
        var readers = new List<RawReader>();
        for (var i = 0; i < count; i++)
        {
            readers.Add(await RawReader.OpenAsync(gateway, Kinds[i % Kinds.Length], Numbered.Name, after, keeps));
        }

        return readers;
    }

    /// <summary>Sends events and waits until all readers have them.</summary>
    private static async Task CaughtUpAsync(List<RawReader> readers, Numbered events, int count)
    {
        await events.SendAsync(count);
        await Poll.UntilAsync(
            () => Task.FromResult(readers.Min(static reader => reader.Last) >= events.Count - 1 ? "all" : $"{readers.Min(static reader => reader.Last)}"), "all");
    }

    /// <summary>Reads on to the end, anew from its last event where the gateway has given up on it, and finds no gap on the whole way.</summary>
    private static async Task AssertMissesNothingAsync(RealGateway gateway, RawReader reader, int count)
    {
        await reader.PauseAsync();
        reader.Drain();
        await Poll.UntilAsync(
            () => Task.FromResult(reader.Ended.IsCompleted || reader.Last == count - 1 ? "over" : $"{reader.Last}"), "over");
        var seen = reader.Events();
        if (seen.Count < count)
        {
            Assert.True(reader.Ended.IsCompleted, "it has a gap");
            await using var resumed = await RawReader.OpenAsync(gateway, Via.ServerSentEvents, Numbered.Name, seen is [.., var last] ? last.Id : "start");
            resumed.Drain();
            await Poll.UntilAsync(() => Task.FromResult(resumed.Last == count - 1 ? "all" : $"{resumed.Last}"), "all");
            seen.AddRange(resumed.Events());
        }

        Assert.Equal(Enumerable.Range(0, count), seen.Select(static e => e.Number));
    }

    private static async Task<long> LagAsync(RealGateway gateway, string kind) => long.Parse(
        Regex.Match((await gateway.GetAsync("/metrics")).Text, $$"""qmp_gateway_reader_lag_events\{[^}]*kind="{{kind}}"[^}]*\} (\d+)""").Groups[1].Value);

    private static async Task<long> ReadersAsync(RealGateway gateway) => ReaderCounts().Matches((await gateway.GetAsync("/metrics")).Text).Sum(
        static match => long.Parse(match.Groups[1].Value));

    [GeneratedRegex("""qmp_gateway_readers\{[^}]*\} (\d+)""")]
    private static partial Regex ReaderCounts();
}
