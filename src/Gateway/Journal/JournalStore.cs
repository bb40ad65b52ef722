using System.Collections.Concurrent;
using Gateway.Data;
using Gateway.Settings;
using Microsoft.Data.Sqlite;

namespace Gateway.Journal;

/// <summary>The journal on disk: SQLite, one row an entry, written by one thread and read by any.</summary>
internal class JournalStore : IDisposable
{
    // What is in SQLite's log when it is copied into the file.
    private const int LogBytes = 16 * 1024 * 1024;

    // Before this program was there: what a host without a battery for its clock says at first.
    private static readonly DateTimeOffset FirstRight = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string connectionString;
    private readonly SqliteConnection writer;
    private readonly JournalInsert insert;

    // Those that nobody reads by at the moment.
    private readonly ConcurrentBag<JournalSelect> selects = [];
    private readonly ConcurrentBag<JournalSelect> selectsBack = [];
    private readonly LargeEntries large = new();

    /// <exception cref="ConfigurationException">The file cannot be had, is damaged, or a newer gateway's.</exception>
    public JournalStore(string path, bool sync)
    {
        Path = path;
        IsNew = !DataFiles.All(path).Any(System.IO.Path.Exists);
        // A file that is removed later is not made again by who reads.
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = true, DefaultTimeout = 30 }.ToString();
        try
        {
            DataFiles.Make(path, JournalSchema.Create);
            writer = Open();
            // Whoever else holds the file is waited for by trying again, which a gateway that ends can break off.
            writer.DefaultTimeout = 1;
            // Writes nothing to a journal that stands, unless it is an older gateway's: it is opened on a full disk too.
            Execute($"PRAGMA journal_mode=WAL; PRAGMA synchronous={(sync ? "FULL" : "NORMAL")}; PRAGMA wal_autocheckpoint={LogBytes / Scalar("PRAGMA page_size")}");
            JournalSchema.Upgrade(writer);
            insert = new JournalInsert(writer);
            _ = LastId();
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException or NewerJournalException)
        {
            insert?.Dispose();
            writer?.Dispose();
            ClearPool();
            throw DataFiles.Refusal("the journal", path, failure);
        }
    }

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <summary>Whether there was none before.</summary>
    public bool IsNew { get; }

    /// <summary>The newest entry ever kept.</summary>
    public long LastId() => Scalar("SELECT max(coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT max(upto) FROM trimmed), 0))") ?? 0;

    /// <summary>Writes entries, all or none; on disk when it returns.</summary>
    public virtual void Append(IReadOnlyList<(JournalEntry Entry, DateTimeOffset ReceivedAt)> entries)
    {
        using var transaction = writer.BeginTransaction();
        foreach (var (entry, receivedAt) in entries)
        {
            insert.Run(entry, receivedAt);
            if (entry.IsState())
            {
                JournalStates.Keep(writer, entry);
            }
        }

        transaction.Commit();
    }

    /// <summary>The newest entry of each kind that tells a VM's state.</summary>
    public IReadOnlyList<JournalEntry> States()
    {
        using var reader = Open();
        return JournalStates.Read(reader);
    }

    /// <inheritdoc cref="JournalSelect.Read"/>
    public JournalBatch Read(EventFilter filter, long after, long head, int limit, bool newestFirst = false)
    {
        var pool = newestFirst ? selectsBack : selects;
        if (!pool.TryTake(out var select))
        {
            select = new JournalSelect(Open(), large, newestFirst);
        }

        try
        {
            var batch = select.Read(filter, after, head, limit);
            pool.Add(select);
            return batch;
        }
        catch
        {
            select.Dispose();
            throw;
        }
    }

    /// <summary>When the oldest entry kept was received; null where none is.</summary>
    public DateTimeOffset? OldestReceivedAt()
    {
        using var reader = Open();
        using var select = reader.CreateCommand();
        select.CommandText = "SELECT received FROM events ORDER BY id LIMIT 1";
        return select.ExecuteScalar() is long ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    /// <summary>The VM of each entry up to an id, and the bytes of its envelope.</summary>
    public IEnumerable<(string Vm, long Bytes)> Rows(long upTo)
    {
        using var reader = Open();
        using var select = reader.CreateCommand();
        // The length stands in the row: the envelope itself is not read.
        select.CommandText = "SELECT vm, length(envelope) FROM events WHERE id <= $upTo";
        select.Parameters.AddWithValue("$upTo", upTo);
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            yield return (rows.GetString(0), rows.GetInt64(1));
        }
    }

    /// <summary>The entries in order, from where the first of these VMs has any on; others are among them.</summary>
    public IEnumerable<(long Id, string Vm, string Event, long Bytes)> RowsOf(IReadOnlyCollection<string> vms)
    {
        // There is no index on VMs: the search starts where the last trim ended.
        var from = vms.Min(vm => Scalar("SELECT coalesce(max(upto), 0) FROM trimmed WHERE vm = $vm", ("$vm", vm)));
        using var select = Command("SELECT id, vm, event, length(envelope) FROM events WHERE id > $from ORDER BY id", [("$from", from!)]);
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            yield return (rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetInt64(3));
        }
    }

    /// <summary>For each VM and event, the newest entry that was dropped.</summary>
    public IEnumerable<(string Vm, string Event, long UpTo)> Trimmed()
    {
        using var select = writer.CreateCommand();
        select.CommandText = "SELECT vm, event, upto FROM trimmed";
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            yield return (rows.GetString(0), rows.GetString(1), rows.GetInt64(2));
        }
    }

    /// <summary>
    /// The newest entry that came before a time, looked for from the oldest on, up to the first that did not. Those that came while the clock was wrong tell
    /// nothing: they stay as long as what is around them.
    /// </summary>
    /// <param name="time">The time.</param>
    /// <param name="now">No entry came after it.</param>
    public long? NewestBefore(DateTimeOffset time, DateTimeOffset now)
    {
        var firstKept = Scalar("SELECT id FROM events WHERE received BETWEEN $time AND $now ORDER BY id LIMIT 1", ("$time", time.UtcTicks), ("$now", now.UtcTicks));
        return Scalar(
            "SELECT id FROM events WHERE id < $first AND received BETWEEN $first_right AND $time - 1 ORDER BY id DESC LIMIT 1",
            ("$first", firstKept ?? long.MaxValue), ("$first_right", FirstRight.UtcTicks), ("$time", time.UtcTicks));
    }

    /// <summary>What there is up to an entry.</summary>
    public IReadOnlyList<JournalTally> Tally(long upTo)
    {
        using var select = Command("SELECT vm, event, max(id), count(*), sum(length(envelope)) FROM events WHERE id <= $upTo GROUP BY vm, event", [("$upTo", upTo)]);
        using var rows = select.ExecuteReader();
        var tally = new List<JournalTally>();
        while (rows.Read())
        {
            tally.Add(new JournalTally(rows.GetString(0), rows.GetString(1), rows.GetInt64(2), Holding.Of(rows.GetInt64(3), rows.GetInt64(4))));
        }

        return tally;
    }

    /// <summary>Drops what there is up to an entry, and notes in the same transaction what that was.</summary>
    public void Drop(long upTo, IReadOnlyList<(string Vm, string Event, long UpTo)> marks) => Drop(marks, () =>
    {
        using var delete = Command("DELETE FROM events WHERE id <= $upTo", [("$upTo", upTo)]);
        delete.ExecuteNonQuery();
    });

    /// <summary>Drops some entries, likewise.</summary>
    public void Drop(IReadOnlyList<long> ids, IReadOnlyList<(string Vm, string Event, long UpTo)> marks) => Drop(marks, () =>
    {
        using var delete = Command("DELETE FROM events WHERE id = $id", [("$id", 0L)]);
        foreach (var id in ids)
        {
            delete.Parameters[0].Value = id;
            delete.ExecuteNonQuery();
        }
    });

    private void Drop(IReadOnlyList<(string Vm, string Event, long UpTo)> marks, Action delete)
    {
        using var transaction = writer.BeginTransaction();
        delete();
        Note(marks);
        transaction.Commit();
    }

    /// <summary>Replaces all marks of what was dropped.</summary>
    public void Remember(IReadOnlyList<(string Vm, string Event, long UpTo)> marks)
    {
        using var transaction = writer.BeginTransaction();
        Execute("DELETE FROM trimmed");
        Note(marks);
        transaction.Commit();
    }

    public void Dispose()
    {
        insert.Dispose();
        writer.Dispose();
        foreach (var select in selects.Concat(selectsBack))
        {
            select.Dispose();
        }

        ClearPool();
    }

    private void ClearPool()
    {
        using var pool = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(pool);
    }

    private void Note(IReadOnlyList<(string Vm, string Event, long UpTo)> marks)
    {
        foreach (var (vm, name, upTo) in marks)
        {
            using var remember = Command(
                "INSERT INTO trimmed(vm, event, upto) VALUES ($vm, $event, $upto) ON CONFLICT DO UPDATE SET upto = max(upto, excluded.upto)",
                [("$vm", vm), ("$event", name), ("$upto", upTo)]);
            remember.ExecuteNonQuery();
        }
    }

    internal SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using var command = writer.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The number that a query answers; null where it answers none. For the thread that writes.</summary>
    internal long? Scalar(string sql, params (string Name, object Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar() as long?;
    }

    private SqliteCommand Command(string sql, (string Name, object Value)[] parameters)
    {
        var command = writer.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
