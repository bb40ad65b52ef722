using System.Collections.Concurrent;

namespace Gateway.EndToEnd.Soak;

/// <summary>What a soak did, and which promises it found broken.</summary>
/// <param name="progress">Told at once of each step and each broken promise.</param>
internal sealed class SoakReport(Action<string> progress)
{
    private const int Shown = 40;

    private readonly ConcurrentDictionary<string, long> counts = new();
    private readonly ConcurrentQueue<string> notes = [];
    private readonly ConcurrentQueue<string> broken = [];

    /// <summary>The promises found broken, each in a sentence.</summary>
    public IReadOnlyCollection<string> BrokenPromises => broken;

    public void Count(string what, long by = 1) => counts.AddOrUpdate(what, by, (_, before) => before + by);

    public long CountOf(string what) => counts.GetValueOrDefault(what);

    public void Note(string text) => notes.Enqueue(text);

    /// <summary>A step begins.</summary>
    public void Step(string text) => progress(text);

    public void Broken(string promise)
    {
        broken.Enqueue(promise);
        if (broken.Count <= Shown)
        {
            progress($"BROKEN: {promise}");
        }
    }

    /// <summary>Holds a promise to be kept.</summary>
    public void Hold(bool kept, Func<string> otherwise)
    {
        Count("promises checked");
        if (!kept)
        {
            Broken(otherwise());
        }
    }

    public string Text(SoakPlan plan) => string.Join('\n',
    [
        $"soak of {plan.Duration.TotalMinutes:0.##} minutes, SOAK_SEED={plan.Seed}: {plan.Fakes} fakes, {plan.Qemus} real QEMUs, {plan.Readers} readers, {plan.Clients} clients",
        .. counts.Where(static count => !count.Key.StartsWith("removed ", StringComparison.Ordinal)).OrderBy(static count => count.Key, StringComparer.Ordinal).Select(static count => $"  {count.Value,10:#,0}  {count.Key}"),
        .. notes.Select(static note => $"  {note}"),
        broken.IsEmpty ? "every promise held" : $"{broken.Count} promises BROKEN:",
        .. broken.Take(Shown).Select(static promise => $"  - {promise}"),
    ]);
}
