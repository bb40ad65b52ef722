using Benchmarks.Load;

namespace Benchmarks.Workloads;

/// <summary>How long an event takes from the fake's write to a reader's hands, at a pace that nobody is strained by.</summary>
internal sealed class Latency : IWorkload
{
    private const int Count = 100;
    private const int PerSecond = 200;
    private const int Events = 4 * PerSecond;

    private static readonly Pair Median = new("event to 100 hub readers, 200 events/s: p50, ms", "bare SignalR `Clients.All`", 1.1, AtMost: true);
    private static readonly Pair Last = new("the same: p99, ms", "bare SignalR `Clients.All`", 1.1, AtMost: true);

    public string Name => "latency";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        var p99 = new Dictionary<bool, double>();
        var (reference, gateway) = await Timing.BothAsync(round, () => RunAsync(false), () => RunAsync(true));
        return [new Measured(Median, reference, gateway), new Measured(Last, p99[false], p99[true])];

        async Task<double> RunAsync(bool isGateway)
        {
            using var fed = await Fed.StartAsync(isGateway, "signalr");
            await fed.WarmUpAsync(10 * PerSecond, Encoded.Json, (count, sequence) => fed.HubReadersAsync(count, Encoded.Json, sequence));
            var all = new List<List<double>>();
            using var readers = await fed.HubReadersAsync(Count, Encoded.Json, () =>
            {
                all.Add(new List<double>(Events));
                return new Sequence(Encoded.Json, fed.Sent, Events, all[^1]);
            });
            fed.Send(Events, PerSecond);
            await readers.WholeAsync(TimeSpan.FromSeconds(60));
            var latencies = all.SelectMany(static one => one).ToList();
            p99[isGateway] = Timing.Percentile(latencies, 0.99);
            return Timing.Percentile(latencies, 0.5);
        }
    }
}
