namespace Gateway.Journal;

/// <summary>Some entries that match a filter, and the point to read on from. Readers of all that is new share theirs.</summary>
public sealed class JournalBatch(IReadOnlyList<JournalEntry> entries, long cursor)
{
    /// <summary>What a batch takes as it is sent, unless it is one entry: its reader, which may be slow, keeps it from being forgotten.</summary>
    internal const int MaxBytes = 32 * 1024;

    // What the formats have around an envelope.
    private const int Around = 64;

    private volatile Encoding? encodings;

    /// <summary>The entries.</summary>
    public IReadOnlyList<JournalEntry> Entries => entries;

    /// <summary>The point to read on from.</summary>
    public long Cursor => cursor;

    /// <summary>What it takes as it is sent, about.</summary>
    internal long Size => entries.Sum(static entry => (long)CostOf(entry));

    /// <summary>What an entry takes of a batch.</summary>
    internal static int CostOf(JournalEntry entry) => entry.Envelope.Length + Around;

    /// <summary>Whether another entry finds room in a batch that has some.</summary>
    /// <param name="size">What it takes so far; grows by the entry where there is room.</param>
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

    /// <summary>The entries as they are sent in a format, made once for all who read it; by two at the same time, twice.</summary>
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
