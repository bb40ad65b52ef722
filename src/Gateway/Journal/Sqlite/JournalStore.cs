using System.Collections.Concurrent;
using Gateway.Data.Sqlite;
using Gateway.Settings;

namespace Gateway.Journal.Sqlite;

/// <summary>The journal on disk: an SQLite database with one row per entry. One thread writes to it, and any thread may read.</summary>
internal class JournalStore : IDisposable
{
    // The size of SQLite's log at which it is copied into the database.
    private const int LogBytes = 16 * 1024 * 1024;

    private readonly DatabaseFile file;
    private readonly Database writer;
    private readonly JournalInsert insert;

    // The statements that are not in use.
    private readonly ConcurrentBag<JournalSelect> selects = [];
    private readonly ConcurrentBag<JournalSelect> selectsBack = [];
    private readonly LargeEntries large = new();

    /// <exception cref="ConfigurationException">The file cannot be opened, is damaged, or was written by a newer gateway.</exception>
    public JournalStore(string path, bool sync)
    {
        IsNew = !DataFiles.All(path).Any(System.IO.Path.Exists);
        // Opening a connection never creates the file, so a reader does not recreate a file that was removed.
        file = new DatabaseFile(path) { Pooled = true };
        try
        {
            DataFiles.Make(path, JournalSchema.Create);
            writer = file.Open();
            // A short wait, because the writer retries if another program holds the file, and a stopping gateway can interrupt the retries.
            writer.Patience = TimeSpan.FromSeconds(1);
            // This does not write to an existing journal, unless an older gateway wrote it. It therefore works on a full disk, too.
            writer.Execute($"PRAGMA journal_mode=WAL; PRAGMA synchronous={(sync ? "FULL" : "NORMAL")}; PRAGMA wal_autocheckpoint={LogBytes / writer.Number("PRAGMA page_size")}");
            JournalSchema.Upgrade(writer);
            insert = new JournalInsert(writer);
            Trim = new JournalTrim(writer);
            _ = LastId();
        }
        catch (Exception failure) when (failure is DatabaseException or IOException or UnauthorizedAccessException or InvalidDataException or NewerJournalException)
        {
            insert?.Dispose();
            writer?.Dispose();
            file.ClearPool();
            throw DataFiles.Refusal("The journal", path, failure);
        }
    }

    /// <summary>The path of the database.</summary>
    public string Path => file.Path;

    /// <summary>Whether the database did not exist before.</summary>
    public bool IsNew { get; }

    /// <summary>The operations of retention.</summary>
    public JournalTrim Trim { get; }

    /// <summary>Returns the id of the newest entry ever stored.</summary>
    public long LastId() => writer.Number("SELECT max(coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT max(upto) FROM trimmed), 0))") ?? 0;

    /// <summary>Writes either all entries or none. They are on disk when this returns.</summary>
    public virtual void Append(IReadOnlyList<(JournalEntry Entry, DateTimeOffset ReceivedAt)> entries)
    {
        using var transaction = writer.Begin();
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

    /// <summary>Returns the newest state entry of each kind for each VM.</summary>
    public IReadOnlyList<JournalEntry> States()
    {
        using var reader = file.Open();
        return JournalStates.Read(reader);
    }

    /// <inheritdoc cref="JournalSelect.Read"/>
    public JournalBatch Read(EventFilter filter, long after, long head, int limit, bool newestFirst = false)
    {
        var pool = newestFirst ? selectsBack : selects;
        if (!pool.TryTake(out var select))
        {
            select = new JournalSelect(file.Open(), large, newestFirst);
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

    /// <summary>Returns when the oldest stored entry was received; null if there are no entries.</summary>
    public DateTimeOffset? OldestReceivedAt()
    {
        using var reader = file.Open();
        return reader.Number("SELECT received FROM events ORDER BY id LIMIT 1") is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    /// <summary>Returns the VM of each entry up to an id, and the size of its envelope.</summary>
    public IEnumerable<(string Vm, long Bytes)> Rows(long upTo)
    {
        using var reader = file.Open();
        // SQLite knows the length without reading the envelope.
        using var rows = reader.Query("SELECT vm, length(envelope) FROM events WHERE id <= $upTo", ("$upTo", upTo));
        while (rows.Next())
        {
            yield return (rows.Text(0), rows.Number(1));
        }
    }

    /// <summary>Opens the ids and times of entries. The caller disposes of the result.</summary>
    public JournalTimes Times() => new(file.Open());

    /// <summary>Returns when the newest entry was received, in ticks; null if there is none. Only for the writer thread.</summary>
    public long? NewestReceived() => writer.Number("SELECT received FROM events ORDER BY id DESC LIMIT 1");

    /// <summary>Returns the number of entries after an id. Only for the writer thread.</summary>
    public long CountAfter(long id) => writer.Number("SELECT count(*) FROM events WHERE id > $after", ("$after", id)) ?? 0;

    public void Dispose()
    {
        insert.Dispose();
        writer.Dispose();
        foreach (var select in selects.Concat(selectsBack))
        {
            select.Dispose();
        }

        file.ClearPool();
    }
}
