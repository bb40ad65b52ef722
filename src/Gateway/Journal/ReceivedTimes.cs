using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>
/// Narrows a range of ids to the entries that may have been received in a time range. Entries are in the order in which they were received, and so are their
/// times, unless the clock was set back. For each block of ids, this keeps the earliest and the latest time, so that a search skips whole blocks. A clock
/// that was set back makes the search slower, but never wrong. Each block is read once, when it is first needed.
/// </summary>
internal sealed class ReceivedTimes(JournalStore store)
{
    private const int BlockSize = 4096;

    private readonly Lock sync = new();

    // The complete blocks, in order. Retention may have dropped some of their entries in the meantime.
    private readonly List<Block> full = [];

    /// <summary>Narrows the ids after <paramref name="after"/> up to <paramref name="upTo"/>.</summary>
    /// <param name="range">The time range.</param>
    /// <param name="after">The id before the first one.</param>
    /// <param name="upTo">The last id, which must be committed.</param>
    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    public (long After, long UpTo) Narrow(TimeRange range, long after, long upTo)
    {
        if (range.IsUnbounded || after >= upTo)
        {
            return (after, upTo);
        }

        lock (sync)
        {
            var blocks = Blocks(upTo).Where(block => block.Last > after && range.Overlaps(block.Earliest, block.Latest)).ToArray();
            return blocks is [var first, ..] ? (Math.Max(after, first.Before), Math.Min(upTo, blocks[^1].Last)) : (upTo, upTo);
        }
    }

    /// <summary>Returns the blocks of entries up to an id. The last block may be incomplete.</summary>
    private IEnumerable<Block> Blocks(long upTo)
    {
        using var times = store.Times();
        var oldest = times.First(0, upTo) ?? upTo;
        full.RemoveAll(block => block.Last < oldest);
        Block? last = null;
        for (var from = full is [.., var newest] ? newest.Last : 0; Next(times, from, upTo) is { } block; from = block.Last)
        {
            if (block.Last > upTo)
            {
                last = block;
                break;
            }

            full.Add(block);
        }

        return last is { } open ? full.TakeWhile(block => block.Before < upTo).Append(open) : full.TakeWhile(block => block.Before < upTo);
    }

    /// <summary>Returns the first block with entries after an id; null if there is none.</summary>
    private static Block? Next(JournalTimes times, long after, long upTo)
    {
        if (times.First(after, upTo) is not { } first)
        {
            return null;
        }

        var before = (first - 1) / BlockSize * BlockSize;
        return times.Between(before, Math.Min(before + BlockSize, upTo)) is var (earliest, latest) ? new Block(before, before + BlockSize, Time(earliest), Time(latest)) : null;
    }

    // Rounded down, because an envelope has only microseconds.
    private static DateTimeOffset Time(long ticks) => new(ticks - (ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <param name="Before">The id before the first one.</param>
    /// <param name="Last">The last id.</param>
    /// <param name="Earliest">The earliest time of its entries.</param>
    /// <param name="Latest">The latest time of its entries.</param>
    private readonly record struct Block(long Before, long Last, DateTimeOffset Earliest, DateTimeOffset Latest);
}
