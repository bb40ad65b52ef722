using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>
/// Narrows a range of ids to those whose entries may have been received at some time. Entries are in the order in which they came, and so are their times
/// unless somebody set the clock back. So it keeps the earliest and the latest time of each block of ids: a search skips whole blocks, and a clock that was
/// set back makes it slower, never wrong. The blocks are read once, when they are first needed.
/// </summary>
internal sealed class ReceivedTimes(JournalStore store)
{
    private const int BlockSize = 4096;

    private readonly Lock sync = new();

    // Blocks that get no more entries, in order. Retention may have dropped some of their entries since.
    private readonly List<Block> full = [];

    /// <summary>Narrows the ids after <paramref name="after"/> up to <paramref name="upTo"/>.</summary>
    /// <param name="range">The times.</param>
    /// <param name="after">Before the first id.</param>
    /// <param name="upTo">The last id, which is committed.</param>
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

    /// <summary>The blocks of entries up to an id, the last of them perhaps not full yet.</summary>
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

    /// <summary>The first block that has entries after an id.</summary>
    private static Block? Next(JournalTimes times, long after, long upTo)
    {
        if (times.First(after, upTo) is not { } first)
        {
            return null;
        }

        var before = (first - 1) / BlockSize * BlockSize;
        return times.Between(before, Math.Min(before + BlockSize, upTo)) is var (earliest, latest) ? new Block(before, before + BlockSize, Time(earliest), Time(latest)) : null;
    }

    // An envelope shows microseconds.
    private static DateTimeOffset Time(long ticks) => new(ticks - (ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <param name="Before">The id before its first.</param>
    /// <param name="Last">Its last id.</param>
    /// <param name="Earliest">The earliest time of its entries.</param>
    /// <param name="Latest">The latest.</param>
    private readonly record struct Block(long Before, long Last, DateTimeOffset Earliest, DateTimeOffset Latest);
}
