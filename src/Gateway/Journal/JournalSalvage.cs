using Microsoft.Data.Sqlite;

namespace Gateway.Journal;

/// <summary>What can still be read of a journal that may be damaged. Nothing is written to it.</summary>
internal sealed class JournalSalvage : IDisposable
{
    private const int PageSize = 1000;

    private readonly SqliteConnection connection;
    private readonly string select;
    private DateTimeOffset? lastRead;
    private bool inGap;

    /// <exception cref="SqliteException">Nothing can be read.</exception>
    /// <exception cref="InvalidDataException">It is no journal.</exception>
    public JournalSalvage(string path)
    {
        // Read-only, so that what is in its -wal stays there.
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        try
        {
            connection.Open();
            select = JournalSchema.SelectOf(connection);
        }
        catch
        {
            connection.Dispose();
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
            using var check = Command("PRAGMA integrity_check(1)");
            return check.ExecuteScalar() as string is var found && found == "ok" ? null : found;
        }
        catch (SqliteException damage)
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

    public void Dispose() => connection.Dispose();

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
            using var page = Command($"{select}, received FROM events WHERE id > $after ORDER BY id LIMIT $limit");
            page.Parameters.AddWithValue("$after", after);
            page.Parameters.AddWithValue("$limit", PageSize);
            using var rows = page.ExecuteReader();
            while (rows.Read())
            {
                if (rows.GetInt64(0) <= after)
                {
                    // Out of order: as unreadable as the rest of its page.
                    return read;
                }

                after = rows.GetInt64(0);
                read.Add((after, JournalSchema.EntryOf(rows), Time(rows.GetValue(5))));
            }

            whole = true;
        }
        catch (SqliteException)
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
            using var select = Command(sql);
            return select.ExecuteScalar() as long? ?? 0;
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    private SqliteCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
