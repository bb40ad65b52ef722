using System.Collections.Concurrent;
using Gateway.Data.Sqlite;
using Gateway.Settings;

namespace Gateway.Journal.Sqlite;

/// <summary>The journal on disk: SQLite, one row an entry, written by one thread and read by any.</summary>
internal class JournalStore : IDisposable
{
    // What is in SQLite's log when it is copied into the file.
    private const int LogBytes = 16 * 1024 * 1024;

    private readonly DatabaseFile file;
    private readonly Database writer;
    private readonly JournalInsert insert;

    // Those that nobody reads by at the moment.
    private readonly ConcurrentBag<JournalSelect> selects = [];
    private readonly ConcurrentBag<JournalSelect> selectsBack = [];
    private readonly LargeEntries large = new();

    /// <exception cref="ConfigurationException">The file cannot be had, is damaged, or a newer gateway's.</exception>
    public JournalStore(string path, bool sync)
    {
        IsNew = !DataFiles.All(path).Any(System.IO.Path.Exists);
        // A file that is removed later is not made again by who reads.
        file = new DatabaseFile(path) { Pooled = true };
        try
        {
            DataFiles.Make(path, JournalSchema.Create);
            writer = file.Open();
            // Whoever else holds the file is waited for by trying again, which a gateway that ends can break off.
            writer.Patience = TimeSpan.FromSeconds(1);
            // Writes nothing to a journal that stands, unless it is an older gateway's: it is opened on a full disk too.
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
            throw DataFiles.Refusal("the journal", path, failure);
        }
    }

    /// <summary>Its file.</summary>
    public string Path => file.Path;

    /// <summary>Whether there was none before.</summary>
    public bool IsNew { get; }

    /// <summary>What retention asks of the file.</summary>
    public JournalTrim Trim { get; }

    /// <summary>The newest entry ever kept.</summary>
    public long LastId() => writer.Number("SELECT max(coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT max(upto) FROM trimmed), 0))") ?? 0;

    /// <summary>Writes entries, all or none; on disk when it returns.</summary>
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

    /// <summary>The newest entry of each kind that tells a VM's state.</summary>
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

    /// <summary>When the oldest entry kept was received; null where none is.</summary>
    public DateTimeOffset? OldestReceivedAt()
    {
        using var reader = file.Open();
        return reader.Number("SELECT received FROM events ORDER BY id LIMIT 1") is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    /// <summary>The VM of each entry up to an id, and the bytes of its envelope.</summary>
    public IEnumerable<(string Vm, long Bytes)> Rows(long upTo)
    {
        using var reader = file.Open();
        // The length stands in the row: the envelope itself is not read.
        using var rows = reader.Query("SELECT vm, length(envelope) FROM events WHERE id <= $upTo", ("$upTo", upTo));
        while (rows.Next())
        {
            yield return (rows.Text(0), rows.Number(1));
        }
    }

    /// <summary>The ids of entries, and their times. The caller disposes it.</summary>
    public JournalTimes Times() => new(file.Open());

    /// <summary>When the newest entry was received, in ticks; null if there is none. For the thread that writes.</summary>
    public long? NewestReceived() => writer.Number("SELECT received FROM events ORDER BY id DESC LIMIT 1");

    /// <summary>How many entries there are after one. For the thread that writes.</summary>
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
