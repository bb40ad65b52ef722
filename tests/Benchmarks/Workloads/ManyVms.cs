using Benchmarks.Load;
using Benchmarks.Processes;

namespace Benchmarks.Workloads;

/// <summary>64 clients, each of which asks a VM of its own.</summary>
internal sealed class ManyVms : IWorkload, IAsyncDisposable
{
    private const int Vms = 64;

    private static readonly Pair Pair = new("`GET /status`, 64 clients over 64 fakes: answers/s", "64 raw sockets through one process", 0.7, AtMost: false);

    private readonly Stack kept = new();
    private (QmpLine[] Raw, (HttpLine Line, byte[] Request)[] Lines)? started;

    public string Name => "vms";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        var (raw, lines) = started ??= await StartAsync();
        var (reference, measured) = await Timing.BothAsync(
            round, () => Timing.RateAsync(raw, static line => line.SendAsync(OneClient.Query, 1)), () => Timing.RateAsync(lines, static async one => await one.Line.SendAsync(one.Request)));
        return [new Measured(Pair, reference, measured)];
    }

    public ValueTask DisposeAsync() => kept.DisposeAsync();

    private async Task<(QmpLine[] Raw, (HttpLine Line, byte[] Request)[] Lines)> StartAsync()
    {
        var directory = kept.Add(new Temporary());
        kept.Add(await Child.StartOwnAsync("fakes", directory.Path, $"{2 * Vms}"));
        var gateway = kept.Add(await GatewayProcess.StartAsync(null, [.. Enumerable.Range(0, Vms).Select(i => GatewayProcess.Vm($"vm{i}", directory.PathOf($"{i}.sock")))]));
        await gateway.ConnectedAsync(Vms);
        var raw = await Task.WhenAll(Enumerable.Range(Vms, Vms).Select(i => QmpLine.ConnectAsync(directory.PathOf($"{i}.sock"))));
        var lines = await Task.WhenAll(Enumerable.Range(0, Vms).Select(async i =>
            (Line: await HttpLine.ConnectAsync(gateway.Child.Address), Request: HttpLine.Request("GET", $"/vms/vm{i}/status"))));
        Array.ForEach(raw, line => kept.Add(line));
        Array.ForEach(lines, one => kept.Add(one.Line));
        await Timing.RateAsync(lines, static async one => await one.Line.SendAsync(one.Request));
        return (raw, lines);
    }
}
