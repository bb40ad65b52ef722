using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>Reads as much as possible from a journal that may be damaged. Never writes to it.</summary>
internal sealed class JournalSalvage : IDisposable
{
    private const int PageSize = 1000;

    private readonly Database database;
    private readonly string select;
    private DateTimeOffset? lastRead;
    private bool inGap;

    /// <exception cref="DatabaseException">Nothing can be read.</exception>
    /// <exception cref="InvalidDataException">The file is not a journal.</exception>
    public JournalSalvage(string path)
    {
        // Read-only, so that SQLite does not copy the -wal file into it.
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

    /// <summary>When the last entry before the unreadable part was received; null if there is none.</summary>
    public DateTimeOffset? GapFrom { get; private set; }

    /// <summary>When the first entry after the unreadable part was received; null if there is none.</summary>
    public DateTimeOffset? GapTo { get; private set; }

    /// <summary>The number of damaged entries.</summary>
    public int Damaged { get; private set; }

    /// <summary>Returns the damage that SQLite finds in the file; null if it finds none.</summary>
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

    /// <summary>Returns the newest id in the file; 0 if there is none or it cannot be read.</summary>
    public long LastId() => Math.Max(Number("SELECT max(id) FROM events"), Number("SELECT max(upto) FROM trimmed"));

    /// <summary>
    /// Returns the readable entries, in order. Unreadable parts are skipped in growing steps, so a few readable entries may be skipped, too.
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
                    // Out of order, so the rest of the page is treated as unreadable.
                    return read;
                }

                after = rows.Number(0);
                read.Add((after, JournalSchema.EntryOf(rows), Time(rows.Value(5))));
            }

            whole = true;
        }
        catch (DatabaseException)
        {
            // The next page of the file is damaged.
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
