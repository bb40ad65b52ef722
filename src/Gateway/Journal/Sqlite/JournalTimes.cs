using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>The ids of entries that are there, and the times at which they were received.</summary>
/// <param name="database">Closed with this.</param>
internal sealed class JournalTimes(Database database) : IDisposable
{
    /// <summary>The first entry after one, up to another; null if there is none.</summary>
    public long? First(long after, long upTo) =>
        database.Number("SELECT min(id) FROM events WHERE id > $from AND id <= $to", ("$from", after), ("$to", upTo));

    /// <summary>The earliest and the latest time of those entries, in ticks; null if there are none.</summary>
    public (long Earliest, long Latest)? Between(long after, long upTo)
    {
        using var row = database.Query("SELECT min(received), max(received) FROM events WHERE id > $from AND id <= $to", ("$from", after), ("$to", upTo));
        return row.Next() && !row.IsNull(0) ? (row.Number(0), row.Number(1)) : null;
    }

    public void Dispose() => database.Dispose();
}
