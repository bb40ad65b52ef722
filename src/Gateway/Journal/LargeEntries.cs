namespace Gateway.Journal;

/// <summary>
/// The large entries that were read from disk and are still in use. Readers of the same entry share it, so that it is in memory once, no matter how many
/// slow readers there are.
/// </summary>
internal sealed class LargeEntries
{
    /// <summary>The size above which an entry is large. It has a batch to itself, and its reader may hold it for a long time.</summary>
    public const int Size = JournalBatch.MaxBytes;

    private const int LeastPruned = 64;

    private readonly Lock sync = new();
    private readonly Dictionary<long, WeakReference<JournalEntry>> held = [];
    private int pruneAt = LeastPruned;

    /// <summary>Returns the entry that is in use, or reads it.</summary>
    /// <param name="id">The id of the entry.</param>
    /// <param name="read">Reads the entry. Called for one entry at a time, because SQLite holds another copy while it reads.</param>
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
