using System.Diagnostics;
using Benchmarks.Load;
using Benchmarks.Processes;

namespace Benchmarks.Workloads;

/// <summary>From the start of the program to its first answer.</summary>
internal sealed class Start : IWorkload
{
    private static readonly Pair Empty = new("start to first answer, ms", "bare Kestrel program", 1.8, AtMost: true);
    private static readonly Pair Full = new($"the same with {BigJournal.Events:#,0} events", "bare Kestrel program", 1.8, AtMost: true);

    public string Name => "start";

    public async Task<IReadOnlyList<Measured>> MeasureAsync(int round)
    {
        var journal = await BigJournal.GetAsync();
        var bare = await TimeAsync(async () => await Child.StartOwnAsync("bare"), static child => child.Address, "/");
        var empty = await TimeAsync(static () => GatewayProcess.StartAsync(), static gateway => gateway.Child.Address, "/vms");
        var full = await TimeAsync(journal.StartAsync, static gateway => gateway.Child.Address, "/vms");
        return [new Measured(Empty, bare, empty), new Measured(Full, bare, full)];
    }

    private static async Task<double> TimeAsync<T>(Func<Task<T>> start, Func<T, Uri> address, string path)
        where T : IAsyncDisposable
    {
        var began = Stopwatch.GetTimestamp();
        await using var process = await start();
        using var http = await HttpLine.ConnectAsync(address(process));
        await http.GetAsync(path);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
