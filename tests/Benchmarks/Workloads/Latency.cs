using Benchmarks.Load;

namespace Benchmarks.Workloads;

/// <summary>How long an event takes from the fake's write to a reader's hands, at a pace that nobody is strained by.</summary>
internal sealed class Latency : IWorkload, IAsyncDisposable
{
    private const int Count = 100;
    private const int PerSecond = 200;
    private const int Events = 2 * PerSecond;

    private static readonly Pair Median = new("event to 100 hub readers, 200 events/s: p50, ms", "bare SignalR `Clients.All`", 1.1, AtMost: true);
    private static readonly Pair Last = new("the same: p99, ms", "bare SignalR `Clients.All`", 1.1, AtMost: true);

    private readonly Stack kept = new();
    private (Fed Reference, Fed Gateway)? started;

    public string Name => "latency";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        var (reference, gateway) = started ??= await StartAsync();
        var p99 = new Dictionary<Fed, double>();
        var (first, second) = await Timing.BothAsync(round, () => RunAsync(reference), () => RunAsync(gateway));
        return [new Measured(Median, first, second), new Measured(Last, p99[reference], p99[gateway])];

        async Task<double> RunAsync(Fed fed)
        {
            var latencies = await LatenciesAsync(fed);
            p99[fed] = Timing.Percentile(latencies, 0.99);
            return Timing.Percentile(latencies, 0.5);
        }
    }

    public ValueTask DisposeAsync() => kept.DisposeAsync();

    private async Task<(Fed Reference, Fed Gateway)> StartAsync()
    {
        var both = (Reference: kept.Add(await Fed.StartAsync(isGateway: false, "signalr")), Gateway: kept.Add(await Fed.StartAsync(isGateway: true, "signalr")));
        await LatenciesAsync(both.Reference);
        await LatenciesAsync(both.Gateway);
        return both;
    }

    private static async Task<List<double>> LatenciesAsync(Fed fed)
    {
        var all = new List<List<double>>();
        using var readers = await fed.HubReadersAsync(Count, Encoded.Json, () =>
        {
            all.Add(new List<double>(Events));
            return new Sequence(Encoded.Json, fed.Sent, Events, all[^1]);
        });
        fed.Send(Events, PerSecond);
        await readers.WholeAsync(TimeSpan.FromSeconds(60));
        return [.. all.SelectMany(static one => one)];
    }
}
