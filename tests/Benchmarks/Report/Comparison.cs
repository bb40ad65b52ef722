using System.Globalization;

namespace Benchmarks;

/// <summary>One pair of measurements, taken in turn.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Reference">What it is held against.</param>
/// <param name="Goal">The ratio wanted.</param>
/// <param name="AtMost">Whether the ratio is to be at most that, or at least.</param>
internal sealed record Pair(string Name, string Reference, double Goal, bool AtMost);

/// <summary>One round's figures of a pair.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Reference">The reference's figure.</param>
/// <param name="Gateway">The gateway's figure.</param>
internal sealed record Measured(Pair Pair, double Reference, double Gateway);

/// <summary>Something that is measured, in rounds.</summary>
internal interface IWorkload
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>Measures each of its pairs once, the reference first in even rounds.</summary>
    Task<IReadOnlyList<Measured>> MeasureAsync(int round);
}

/// <summary>Runs workloads in turn, and prints the table.</summary>
internal static class Comparison
{
    private const int Rounds = 5;

    /// <summary><c>[--rounds N] [WORKLOAD…]</c>; all of them by default.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<Func<IWorkload>> all, string[] args)
    {
        var rounds = args is ["--rounds", var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : Rounds;
        var names = args is ["--rounds", ..] ? args[2..] : args;
        var rows = new List<string>();
        Console.WriteLine(Heading);
        foreach (var start in all)
        {
            var workload = start();
            await using (workload as IAsyncDisposable)
            {
                if (names.Length > 0 && !names.Contains(workload.Name))
                {
                    continue;
                }

                var measured = new List<Measured>();
                for (var round = 0; round < rounds; round++)
                {
                    measured.AddRange(await workload.MeasureAsync(round));
                }

                foreach (var pair in measured.GroupBy(static one => one.Pair))
                {
                    rows.Add(Row(pair.Key, [.. pair]));
                    Console.WriteLine(rows[^1]);
                }
            }
        }

        return 0;
    }

    private const string Heading = """
        | workload | reference | reference's figure | gateway's | ratio: median (least to greatest) | goal | |
        |---|---|---|---|---|---|---|
        """;

    private static string Row(Pair pair, IReadOnlyList<Measured> rounds)
    {
        var ratios = rounds.Select(static round => round.Gateway / round.Reference).Order().ToArray();
        var median = ratios[ratios.Length / 2];
        var met = pair.AtMost ? median <= pair.Goal : median >= pair.Goal;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {pair.Name} | {pair.Reference} | {Figure(rounds.Select(static round => round.Reference))} | {Figure(rounds.Select(static round => round.Gateway))} | **{median:0.00}** ({ratios[0]:0.00} to {ratios[^1]:0.00}) | {(double.IsInfinity(pair.Goal) ? "" : $"{(pair.AtMost ? "≤" : "≥")} {pair.Goal}")} | {(double.IsInfinity(pair.Goal) ? "" : met ? "met" : "missed")} |");
    }

    private static string Figure(IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return ordered[ordered.Length / 2].ToString("#,0.###", CultureInfo.InvariantCulture);
    }
}
