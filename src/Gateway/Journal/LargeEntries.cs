namespace Gateway.Journal;

/// <summary>
/// The large entries that were read from the disk and that somebody still holds. Whoever reads the same one shares it: it is in memory once, however many
/// readers are behind and however slow they are.
/// </summary>
internal sealed class LargeEntries
{
    /// <summary>An entry that is larger has a batch for itself, and its reader may hold it for long.</summary>
    public const int Size = JournalBatch.MaxBytes;

    private const int LeastPruned = 64;

    private readonly Lock sync = new();
    private readonly Dictionary<long, WeakReference<JournalEntry>> held = [];
    private int pruneAt = LeastPruned;

    /// <summary>The entry that somebody holds, or else the one that is read.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="read">Reads it; one at a time, as SQLite has a copy of its own meanwhile.</param>
    public JournalEntry Get(long id, Func<JournalEntry> read)
    {
        lock (sync)
        {
            if (held.TryGetValue(id, out var known) && known.TryGetTarget(out var entry))
            {
                return entry;
            }

            if (held.Count >= pruneAt)
            {
                foreach (var (gone, _) in held.Where(static one => !one.Value.TryGetTarget(out _)).ToArray())
                {
                    held.Remove(gone);
                }

                pruneAt = Math.Max(LeastPruned, 2 * held.Count);
            }

            entry = read();
            held[id] = new WeakReference<JournalEntry>(entry);
            return entry;
        }
    }
}
