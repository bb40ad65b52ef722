using System.Diagnostics;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Readers;

/// <summary>How fast the gateway is at what it is for, with the readers there are.</summary>
/// <param name="Delays">From an event's sending to a reader.</param>
/// <param name="Commands">A command's whole way.</param>
/// <param name="Reading">From sending a burst of events until all of it is in the journal.</param>
public sealed record Figures(TimeSpan[] Delays, TimeSpan[] Commands, TimeSpan Reading)
{
    private const int Events = 150;
    private const int Commanded = 100;
    private const int Burst = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    // A reader that holds another holds it for many seconds; a busy machine does so for less.
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(1);

    public static async Task<Figures> MeasureAsync(RealGateway gateway, Numbered events, List<RawReader> readers)
    {
        readers.ForEach(static reader => reader.TakeDelays());
        var sending = events.SendAsync(Events, Pause);
        var commands = new List<TimeSpan>();
        for (var i = 0; i < Commanded; i++)
        {
            var asked = Stopwatch.GetTimestamp();
            (await gateway.GetAsync("/vms/x/status")).Json();
            commands.Add(Stopwatch.GetElapsedTime(asked));
        }

        await sending;
        await ReachedAsync(readers, events);
        var delays = readers.SelectMany(static reader => reader.TakeDelays()).ToArray();
        var begun = Stopwatch.GetTimestamp();
        await events.SendAsync(Burst);
        await gateway.EventAsync("x", Numbered.Name, $"data.n={events.Count - 1}");
        var reading = Stopwatch.GetElapsedTime(begun);
        await ReachedAsync(readers, events);
        return new Figures([.. delays.Order()], [.. commands.Order()], reading);
    }

    /// <summary>Generous: what is looked for takes seconds.</summary>
    public void AssertNoWorseThan(Figures other)
    {
        AssertNoWorse(At(Delays, 0.5), At(other.Delays, 0.5));
        AssertNoWorse(At(Delays, 0.99), At(other.Delays, 0.99));
        AssertNoWorse(At(Commands, 0.5), At(other.Commands, 0.5));
        AssertNoWorse(At(Commands, 0.99), At(other.Commands, 0.99));
        AssertNoWorse(Reading, other.Reading);
    }

    public override string ToString() =>
        $"{Delays.Length} events: p50 {Ms(At(Delays, 0.5))}, p99 {Ms(At(Delays, 0.99))}; {Commands.Length} commands: p50 {Ms(At(Commands, 0.5))}, "
        + $"p99 {Ms(At(Commands, 0.99))}; a burst of {Burst} in the journal after {Ms(Reading)}";

    private static Task ReachedAsync(List<RawReader> readers, Numbered events) => Poll.UntilAsync(
        () => Task.FromResult(readers.Min(static reader => reader.Last) >= events.Count - 1 ? "all" : $"{readers.Min(static reader => reader.Last)}"), "all");

    private static void AssertNoWorse(TimeSpan with, TimeSpan without) =>
        Assert.True(with <= (5 * without) + Noise, $"{with.TotalMilliseconds:0.0} ms, and {without.TotalMilliseconds:0.0} ms without them");

    private static TimeSpan At(TimeSpan[] sorted, double part) => sorted[(int)(part * (sorted.Length - 1))];

    private static string Ms(TimeSpan time) => $"{time.TotalMilliseconds:0.0} ms";
}
