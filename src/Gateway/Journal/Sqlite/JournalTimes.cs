using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>Reads the ids of entries and the times at which they were received.</summary>
/// <param name="database">The database, which is closed with this object.</param>
internal sealed class JournalTimes(Database database) : IDisposable
{
    /// <summary>Returns the first id after <paramref name="after"/> up to <paramref name="upTo"/>; null if there is none.</summary>
    public long? First(long after, long upTo) =>
        database.Number("SELECT min(id) FROM events WHERE id > $from AND id <= $to", ("$from", after), ("$to", upTo));

    /// <summary>Returns the earliest and the latest time of these entries, in ticks; null if there are none.</summary>
    public (long Earliest, long Latest)? Between(long after, long upTo)
    {
        using var row = database.Query("SELECT min(received), max(received) FROM events WHERE id > $from AND id <= $to", ("$from", after), ("$to", upTo));
        return row.Next() && !row.IsNull(0) ? (row.Number(0), row.Number(1)) : null;
    }

    public void Dispose() => database.Dispose();
}
