using Benchmarks.Load;
using Benchmarks.Processes;

namespace Benchmarks.Workloads;

/// <summary>64 clients, each of which asks a VM of its own.</summary>
internal sealed class ManyVms : IWorkload
{
    private const int Vms = 64;

    private static readonly Pair Pair = new("`GET /status`, 64 clients over 64 fakes: answers/s", "64 raw sockets through one process", 0.7, AtMost: false);

    public string Name => "vms";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        using var directory = new Temporary();
        await using var fakes = await Child.StartOwnAsync("fakes", directory.Path, $"{2 * Vms}");
        await using var gateway = await GatewayProcess.StartAsync(null, [.. Enumerable.Range(0, Vms).Select(i => GatewayProcess.Vm($"vm{i}", directory.PathOf($"{i}.sock")))]);
        await gateway.ConnectedAsync(Vms);
        var raw = await Task.WhenAll(Enumerable.Range(Vms, Vms).Select(i => QmpLine.ConnectAsync(directory.PathOf($"{i}.sock"))));
        var lines = await Task.WhenAll(Enumerable.Range(0, Vms).Select(async i =>
            (Line: await HttpLine.ConnectAsync(gateway.Child.Address), Request: HttpLine.Request("GET", $"/vms/vm{i}/status"))));
        var (reference, measured) = await Timing.BothAsync(
            round, () => Timing.RateAsync(raw, static line => line.SendAsync(OneClient.Query, 1)), () => Timing.RateAsync(lines, static async one => await one.Line.SendAsync(one.Request)));
        Array.ForEach(raw, static line => line.Dispose());
        Array.ForEach(lines, static one => one.Line.Dispose());
        return [new Measured(Pair, reference, measured)];
    }
}
