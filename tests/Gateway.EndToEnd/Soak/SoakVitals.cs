using System.Diagnostics;
using System.Globalization;

namespace Gateway.EndToEnd.Soak;

/// <summary>Watches the gateway's memory and open handles, and holds them to be flat after a process's first minute.</summary>
internal sealed class SoakVitals(SoakGateway gateway, SoakReport report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Until then code is compiled, and the newest of the journal fills its place in memory.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(1);

    // The last third over the first, by their medians: faults under way come and go, and the collector takes and gives back.
    private const int MoreHandles = 16;
    private const double MoreMemory = 1.25;
    private const int Enough = 30;

    private readonly List<(int ProcessId, TimeSpan Age, int Handles, long Memory)> samples = [];

    public async Task RunAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                var life = await gateway.LifeAsync(over);
                if (Read(life.ProcessId) is var (handles, memory))
                {
                    samples.Add((life.ProcessId, Stopwatch.GetElapsedTime(life.Began), handles, memory));
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    public void Check()
    {
        foreach (var process in samples.GroupBy(static sample => sample.ProcessId))
        {
            var warm = process.Where(static sample => sample.Age >= WarmUp).ToArray();
            if (warm.Length < Enough)
            {
                continue;
            }

            var first = warm[..(warm.Length / 3)];
            var last = warm[^(warm.Length / 3)..];
            var handles = (Before: Median(first.Select(static s => (long)s.Handles)), After: Median(last.Select(static s => (long)s.Handles)));
            var memory = (Before: Median(first.Select(static s => s.Memory)) >> 20, After: Median(last.Select(static s => s.Memory)) >> 20);
            report.Note($"process {process.Key} over {last[^1].Age.TotalSeconds:0} s, first and last third after a minute: {handles.Before} and {handles.After} handles, {memory.Before} and {memory.After} MiB; of tenths {string.Join(' ', warm.Chunk((warm.Length + 9) / 10).Select(static part => Median(part.Select(static s => s.Memory)) >> 20))} MiB");
            report.Hold(handles.After <= handles.Before + MoreHandles, () => $"open handles grow: {handles}");
            report.Hold(memory.After <= memory.Before * MoreMemory, () => $"memory grows: {memory} MiB");
        }
    }

    private static long Median(IEnumerable<long> values)
    {
        var ordered = values.Order().ToArray();
        return ordered[ordered.Length / 2];
    }

    private static (int Handles, long Memory)? Read(int processId)
    {
        try
        {
            var memory = File.ReadLines($"/proc/{processId}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return (Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length, 1024 * long.Parse(memory.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
