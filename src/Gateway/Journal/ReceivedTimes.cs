using Microsoft.Data.Sqlite;

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
    /// <exception cref="SqliteException">The file cannot be read.</exception>
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
        using var connection = store.Open();
        var oldest = Number(connection, "SELECT min(id) FROM events WHERE id > $from AND id <= $to", 0, upTo) ?? upTo;
        full.RemoveAll(block => block.Last < oldest);
        Block? last = null;
        for (var from = full is [.., var newest] ? newest.Last : 0; Next(connection, from, upTo) is { } block; from = block.Last)
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
    private static Block? Next(SqliteConnection connection, long after, long upTo)
    {
        if (Number(connection, "SELECT min(id) FROM events WHERE id > $from AND id <= $to", after, upTo) is not { } first)
        {
            return null;
        }

        var before = (first - 1) / BlockSize * BlockSize;
        using var command = Command(connection, "SELECT min(received), max(received) FROM events WHERE id > $from AND id <= $to", before, Math.Min(before + BlockSize, upTo));
        using var row = command.ExecuteReader();
        row.Read();
        return row.IsDBNull(0) ? null : new Block(before, before + BlockSize, Time(row.GetInt64(0)), Time(row.GetInt64(1)));
    }

    // An envelope shows microseconds.
    private static DateTimeOffset Time(long ticks) => new(ticks - (ticks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private static long? Number(SqliteConnection connection, string sql, long from, long to)
    {
        using var command = Command(connection, sql, from, to);
        return command.ExecuteScalar() as long?;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, long from, long to)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        return command;
    }

    /// <param name="Before">The id before its first.</param>
    /// <param name="Last">Its last id.</param>
    /// <param name="Earliest">The earliest time of its entries.</param>
    /// <param name="Latest">The latest.</param>
    private readonly record struct Block(long Before, long Last, DateTimeOffset Earliest, DateTimeOffset Latest);
}
