using System.Diagnostics;
using Benchmarks.Load;

namespace Benchmarks.Workloads;

/// <summary>10,000 events at once, to readers of the hub.</summary>
internal sealed class HubBurst(int readers, Encoded encoded) : IWorkload
{
    private readonly Pair rate = new($"burst of {Burst.Events:#,0} to {readers:#,0} hub readers, {encoded}: deliveries/s", "bare SignalR `Clients.All`", readers >= 1_000 ? 2.5 : 1.4, AtMost: false);
    private readonly Pair processor = new("the same: server's processor time a delivery, µs", "bare SignalR `Clients.All`", readers >= 1_000 ? 0.3 : 0.5, AtMost: true);

    public string Name => $"hub-{readers}-{encoded}".ToLowerInvariant();

    public Task<IReadOnlyList<Measured>> MeasureAsync(int round) => Burst.MeasureAsync(
        round, "signalr", rate, processor, readers, encoded, (fed, count, sequence) => fed.HubReadersAsync(count, encoded, sequence));
}

/// <summary>10,000 events at once, to readers of server-sent events.</summary>
internal sealed class StreamBurst(int readers) : IWorkload
{
    private readonly Pair rate = new($"burst of {Burst.Events:#,0} to {readers:#,0} readers of server-sent events: deliveries/s", "a bounded channel a client, bare Kestrel", 2, AtMost: false);
    private readonly Pair processor = new("the same: server's processor time a delivery, µs", "a bounded channel a client, bare Kestrel", double.PositiveInfinity, AtMost: true);

    public string Name => $"sse-{readers}";

    public Task<IReadOnlyList<Measured>> MeasureAsync(int round) => Burst.MeasureAsync(
        round, "sse", rate, processor, readers, Encoded.Json, static (fed, count, sequence) => fed.StreamReadersAsync(count, sequence));
}

/// <summary>A burst to many readers.</summary>
internal static class Burst
{
    public const int Events = 10_000;

    public static async Task<IReadOnlyList<Measured>> MeasureAsync(int round, string reference, Pair rate, Pair processor, int count, Encoded encoded, Func<Fed, int, Func<Sequence>, Task<Readers>> open)
    {
        var time = new Dictionary<bool, double>();
        var (ofReference, ofGateway) = await Timing.BothAsync(round, () => RunAsync(false), () => RunAsync(true));
        return [new Measured(rate, ofReference, ofGateway), new Measured(processor, time[false], time[true])];

        async Task<double> RunAsync(bool isGateway)
        {
            using var fed = await Fed.StartAsync(isGateway, reference);
            await fed.WarmUpAsync(5_000, encoded, (few, sequence) => open(fed, few, sequence));
            using var readers = await open(fed, count, () => new Sequence(encoded, fed.Sent, Events));
            var (before, began) = (fed.Server.ProcessorTime, Stopwatch.GetTimestamp());
            fed.Send(Events, 0);
            await readers.WholeAsync(TimeSpan.FromMinutes(3));
            var deliveries = (double)count * Events;
            var rate = deliveries / Stopwatch.GetElapsedTime(began).TotalSeconds;
            time[isGateway] = (fed.Server.ProcessorTime - before).TotalMicroseconds / deliveries;
            return rate;
        }
    }
}
