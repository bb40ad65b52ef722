using Benchmarks.Load;

namespace Benchmarks.Workloads;

/// <summary>What is measured, in order.</summary>
internal static class All
{
    public static IReadOnlyList<Func<IWorkload>> Workloads { get; } =
    [
        static () => new OneClient(), static () => new ManyClients(), static () => new ManyVms(), static () => new Latency(),
        static () => new HubBurst(100, Encoded.Json), static () => new HubBurst(100, Encoded.MessagePack), static () => new HubBurst(1_000, Encoded.Json),
        static () => new StreamBurst(100), static () => new StreamBurst(1_000), static () => new Ingest(1, 100_000), static () => new Ingest(100, 1_000),
        static () => new Replay(), static () => new Fleet(), static () => new Start(),
    ];
}
