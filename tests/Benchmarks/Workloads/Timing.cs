using System.Diagnostics;

namespace Benchmarks.Workloads;

/// <summary>Ways to time.</summary>
internal static class Timing
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(1);

    /// <summary>The median of how many microseconds one run takes, one after the other.</summary>
    public static async Task<double> MedianAsync(Func<ValueTask> run)
    {
        await RepeatAsync(run, WarmUp, null);
        var times = new List<double>();
        await RepeatAsync(run, Measured, times);
        return Percentile(times, 0.5);
    }

    /// <summary>Runs it for a while, so that what is measured later is compiled.</summary>
    public static Task WarmUpAsync(Func<ValueTask> run) => RepeatAsync(run, 4 * Measured, null);

    /// <summary>How many runs a second some clients manage together.</summary>
    public static async Task<double> RateAsync<T>(IReadOnlyList<T> clients, Func<T, ValueTask> run)
    {
        await RepeatAsync(clients, run, WarmUp);
        var began = Stopwatch.GetTimestamp();
        return await RepeatAsync(clients, run, Measured) / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    public static double Percentile(List<double> values, double part)
    {
        values.Sort();
        return values[(int)Math.Min(values.Count - 1, values.Count * part)];
    }

    /// <summary>Runs both, the reference first in even rounds.</summary>
    public static async Task<(double Reference, double Gateway)> BothAsync(int round, Func<Task<double>> reference, Func<Task<double>> gateway)
    {
        if (round % 2 == 0)
        {
            var before = await reference();
            return (before, await gateway());
        }

        var first = await gateway();
        return (await reference(), first);
    }

    private static async Task RepeatAsync(Func<ValueTask> run, TimeSpan duration, List<double>? times)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < duration;)
        {
            var start = Stopwatch.GetTimestamp();
            await run();
            times?.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
    }

    private static async Task<long> RepeatAsync<T>(IReadOnlyList<T> clients, Func<T, ValueTask> run, TimeSpan duration)
    {
        var counts = await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            var count = 0L;
            for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < duration; count++)
            {
                await run(client);
            }

            return count;
        })));
        return counts.Sum();
    }
}
