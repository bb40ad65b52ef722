using System.Diagnostics;
using Xunit;

namespace Gateway.EndToEnd.Support;

/// <summary>What a gateway's work costs it in memory and its other clients in time, while a test has it work.</summary>
public sealed class GatewayLoad : IAsyncDisposable
{
    // A busy machine's, not the gateway's: a client who is held up waits for all of the work.
    private static readonly TimeSpan MostOthersMayWait = TimeSpan.FromSeconds(5);

    private readonly RealGateway gateway;
    private readonly string path;
    private readonly Action<string> tell;
    private readonly CancellationTokenSource over = new();
    private readonly Task watching;
    private readonly long before;
    private readonly List<TimeSpan> times = [];

    private GatewayLoad(RealGateway gateway, string path, Action<string> tell)
    {
        (this.gateway, this.path, this.tell) = (gateway, path, tell);
        before = Memory("VmRSS");
        watching = Task.Run(WatchAsync);
    }

    /// <summary>Asks for a path again and again from now on, one request at a time.</summary>
    public static GatewayLoad Watch(RealGateway gateway, string path, Action<string> tell) => new(gateway, path, tell);

    /// <summary>Notes a figure.</summary>
    public void Tell(string figure) => tell(figure);

    /// <summary>Holds the most that the gateway's memory grew to a bound, and all others' requests to have been answered in time.</summary>
    public async Task AssertAsync(long bytes)
    {
        await over.CancelAsync();
        await watching;
        var grown = Memory("VmHWM") - before;
        times.Sort();
        tell($"memory grew by at most {grown >> 20} MiB; {times.Count} requests for another VM took {times[times.Count / 2].TotalMilliseconds:0.0} ms "
            + $"in the middle and {times[^1].TotalMilliseconds:0} ms at most");
        Assert.InRange(grown, 0, bytes);
        Assert.InRange(times[^1], TimeSpan.Zero, MostOthersMayWait);
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await watching;
    }

    private async Task WatchAsync()
    {
        while (!over.IsCancellationRequested)
        {
            var begun = Stopwatch.GetTimestamp();
            (await gateway.GetAsync(path)).Json();
            times.Add(Stopwatch.GetElapsedTime(begun));
        }
    }

    /// <summary>A figure of proc(5)'s status file, in bytes.</summary>
    private long Memory(string name)
    {
        var line = File.ReadLines($"/proc/{gateway.ProcessId}/status").Single(line => line.StartsWith($"{name}:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;
    }
}
