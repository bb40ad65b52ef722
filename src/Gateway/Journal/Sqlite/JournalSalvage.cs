using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>What can still be read of a journal that may be damaged. Nothing is written to it.</summary>
internal sealed class JournalSalvage : IDisposable
{
    private const int PageSize = 1000;

    private readonly Database database;
    private readonly string select;
    private DateTimeOffset? lastRead;
    private bool inGap;

    /// <exception cref="DatabaseException">Nothing can be read.</exception>
    /// <exception cref="InvalidDataException">It is no journal.</exception>
    public JournalSalvage(string path)
    {
        // Read-only, so that what is in its -wal stays there.
        database = new DatabaseFile(path) { ReadOnly = true }.Open();
        try
        {
            select = JournalSchema.SelectOf(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>When the last entry before what could not be read was received; null where there is none.</summary>
    public DateTimeOffset? GapFrom { get; private set; }

    /// <summary>When the first entry after what could not be read was received; null where there is none.</summary>
    public DateTimeOffset? GapTo { get; private set; }

    /// <summary>How many entries are not what was written.</summary>
    public int Damaged { get; private set; }

    /// <summary>What SQLite finds wrong with the file; null where it finds nothing.</summary>
    public string? Fault()
    {
        try
        {
            return database.Scalar("PRAGMA integrity_check(1)") as string is var found && found == "ok" ? null : found;
        }
        catch (DatabaseException damage)
        {
            return damage.Message;
        }
    }

    /// <summary>The newest id that the file knows of; 0 where it tells none.</summary>
    public long LastId() => Math.Max(Number("SELECT max(id) FROM events"), Number("SELECT max(upto) FROM trimmed"));

    /// <summary>
    /// The entries that can be read, in order. What cannot is passed over in growing strides of ids: a few that could be may go with it.
    /// </summary>
    public IEnumerable<(JournalEntry Entry, DateTimeOffset ReceivedAt)> Entries()
    {
        for (long after = 0, stride = 0; after <= long.MaxValue - stride;)
        {
            var rows = Page(after + stride, out var whole);
            foreach (var row in rows)
            {
                if (row.Entry is { } entry)
                {
                    lastRead = row.ReceivedAt;
                    GapTo = inGap ? lastRead : GapTo;
                    inGap = false;
                    yield return (entry, row.ReceivedAt);
                }
                else
                {
                    Damaged++;
                    BeginGap();
                }
            }

            if (rows.Count > 0)
            {
                (after, stride) = (rows[^1].Id, 0);
            }

            if (!whole)
            {
                BeginGap();
                stride = stride == 0 ? 1 : stride * 2;
            }
            else if (rows.Count < PageSize)
            {
                yield break;
            }
        }
    }

    public void Dispose() => database.Dispose();

    private void BeginGap()
    {
        GapFrom ??= lastRead;
        GapTo = null;
        inGap = true;
    }

    private List<(long Id, JournalEntry? Entry, DateTimeOffset ReceivedAt)> Page(long after, out bool whole)
    {
        var read = new List<(long, JournalEntry?, DateTimeOffset)>();
        whole = false;
        try
        {
            using var rows = database.Query($"{select}, received FROM events WHERE id > $after ORDER BY id LIMIT $limit", ("$after", after), ("$limit", PageSize));
            while (rows.Next())
            {
                if (rows.Number(0) <= after)
                {
                    // Out of order: as unreadable as the rest of its page.
                    return read;
                }

                after = rows.Number(0);
                read.Add((after, JournalSchema.EntryOf(rows), Time(rows.Value(5))));
            }

            whole = true;
        }
        catch (DatabaseException)
        {
            // The page of the file that comes next is damaged.
        }

        return read;
    }

    private static DateTimeOffset Time(object received) =>
        received is long ticks and >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : default;

    private long Number(string sql)
    {
        try
        {
            return database.Number(sql) ?? 0;
        }
        catch (DatabaseException)
        {
            return 0;
        }
    }
}
