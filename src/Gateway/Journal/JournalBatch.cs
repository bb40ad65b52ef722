namespace Gateway.Journal;

/// <summary>Entries that match a filter, and the cursor to continue from. Readers of all new entries share their batches.</summary>
public sealed class JournalBatch(IReadOnlyList<JournalEntry> entries, long cursor)
{
    /// <summary>The maximum size of a batch as it is sent, unless it has only one entry. It is limited because a slow reader keeps its batch in memory.</summary>
    internal const int MaxBytes = 32 * 1024;

    // What the formats add to an envelope.
    private const int Around = 64;

    private volatile Encoding? encodings;

    /// <summary>The entries.</summary>
    public IReadOnlyList<JournalEntry> Entries => entries;

    /// <summary>The cursor to continue from.</summary>
    public long Cursor => cursor;

    /// <summary>The approximate size of the batch as it is sent.</summary>
    internal long Size => entries.Sum(static entry => (long)CostOf(entry));

    /// <summary>Returns the size of an entry in a batch.</summary>
    internal static int CostOf(JournalEntry entry) => entry.Envelope.Length + Around;

    /// <summary>Whether a batch has room for another entry. An empty batch always has.</summary>
    /// <param name="size">The size of the batch so far. Increases by the size of the entry if there is room.</param>
    /// <param name="entry">The entry.</param>
    internal static bool Holds(ref long size, JournalEntry entry)
    {
        var with = size + CostOf(entry);
        if (size > 0 && with > MaxBytes)
        {
            return false;
        }

        size = with;
        return true;
    }

    /// <summary>Returns the entries encoded in a format. The result is cached for all readers. Two concurrent calls may both encode it.</summary>
    internal ReadOnlyMemory<byte> As(string format, Func<IReadOnlyList<JournalEntry>, ReadOnlyMemory<byte>> encode)
    {
        for (var known = encodings; known is not null; known = known.Next)
        {
            if (known.Format == format)
            {
                return known.Bytes;
            }
        }

        var made = new Encoding(format, encode(entries), encodings);
        encodings = made;
        return made.Bytes;
    }

    private sealed record Encoding(string Format, ReadOnlyMemory<byte> Bytes, Encoding? Next);
}
