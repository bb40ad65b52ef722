using System.Diagnostics;
using Benchmarks.Load;
using Benchmarks.Processes;

namespace Benchmarks.Workloads;

/// <summary>A thousand VMs: what they cost, and how soon they are there.</summary>
internal sealed class Fleet : IWorkload
{
    private const int Vms = 1_000;

    private static readonly Pair Memory = new($"{Vms:#,0} connected VMs: memory over the bare program, KB a VM", "one KB", 40, AtMost: true);
    private static readonly Pair Idle = new("the same: processor time while idle, % of a core", "one %", 2, AtMost: true);
    private static readonly Pair Connecting = new($"{Vms:#,0} VMs: start to all connected, ms", "raw connect and handshake of as many in one process", 2, AtMost: true);

    public string Name => "fleet";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        var handshakes = await HandshakesAsync();
        await using var bare = await GatewayProcess.StartAsync();
        await bare.ConnectedAsync(0);
        using var directory = new Temporary();
        await using var fakes = await Child.StartOwnAsync("fakes", directory.Path, $"{Vms}");
        var began = Stopwatch.GetTimestamp();
        await using var gateway = await GatewayProcess.StartAsync(null, $"--Gateway:Discovery:Paths:0={directory.Path}/*.sock");
        await gateway.ConnectedAsync(Vms);
        var connecting = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        // What was compiled for the start is done by then.
        await Task.Delay(TimeSpan.FromSeconds(8));
        var (before, since) = (gateway.Child.ProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(5));
        var idle = (gateway.Child.ProcessorTime - before) / Stopwatch.GetElapsedTime(since) * 100;
        return
        [
            new Measured(Memory, 1, (gateway.Child.PrivateBytes - bare.Child.PrivateBytes) / 1024.0 / Vms),
            new Measured(Idle, 1, idle),
            new Measured(Connecting, handshakes, connecting),
        ];
    }

    private static async Task<double> HandshakesAsync()
    {
        using var directory = new Temporary();
        await using var fakes = await Child.StartOwnAsync("fakes", directory.Path, $"{Vms}");
        var began = Stopwatch.GetTimestamp();
        var lines = await Task.WhenAll(Enumerable.Range(0, Vms).Select(i => QmpLine.ConnectAsync(directory.PathOf($"{i}.sock"))));
        var time = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        Array.ForEach(lines, static line => line.Dispose());
        return time;
    }
}
