using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>The single writer of the journal. Commits all waiting events in one transaction, makes them visible to readers, and applies retention.</summary>
internal sealed partial class JournalWriter : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly JournalStore store;
    private readonly JournalIds ids;
    private readonly JournalFiles files;
    private readonly JournalBacklog backlog;
    private readonly JournalTail tail;
    private readonly JournalRetention retention;
    private readonly JournalHealth health;
    private readonly ILogger logger;
    private readonly Thread thread;
    private readonly ITimer aging;
    private volatile int underWay;
    private long committed;

    public JournalWriter(
        JournalStore store, JournalIds ids, JournalFiles files, JournalBacklog backlog, JournalTail tail, JournalRetention retention, JournalHealth health, TimeProvider time, ILogger logger)
    {
        (this.store, this.ids, this.files) = (store, ids, files);
        (this.backlog, this.tail, this.retention, this.health, this.logger) = (backlog, tail, retention, health, logger);
        thread = new Thread(Write) { Name = "journal", IsBackground = true };
        thread.Start();
        // Entries also expire if no new ones are written.
        aging = time.CreateTimer(_ => backlog.Nudge(), null, JournalRetention.AgeCheckInterval, JournalRetention.AgeCheckInterval);
    }

    /// <summary>Raised with the time that it took to write each group of entries.</summary>
    public event Action<TimeSpan>? Committed;

    /// <summary>The number of entries that are being written.</summary>
    public int UnderWay => underWay;

    /// <summary>Writes the waiting events, unless the disk fails. Does not retry.</summary>
    public void Dispose()
    {
        aging.Dispose();
        backlog.Close();
        thread.Join();
    }

    private void Write()
    {
        // Reused for each group, like the list that the backlog returns.
        var group = new List<(JournalEntry Entry, DateTimeOffset ReceivedAt)>();
        var written = new List<JournalEntry>();
        while (backlog.Take() is { } taken)
        {
            foreach (var item in taken)
            {
                var told = item.Event!;
                if (told is { Origin: EventOrigin.Gateway, Name: GatewayEvents.EventsLost })
                {
                    LogLost(told.Vm, told.Data);
                }

                var entry = JournalEntry.From(item.Id, told, item.Envelope);
                group.Add((entry, item.ReceivedAt));
                written.Add(entry);
            }

            if (group.Count == 0)
            {
                // Missing files must be reported even if nothing is written.
                health.Looked(files.Gone());
            }

            if (!Commit(group))
            {
                return;
            }

            if (written.Count > 0)
            {
                tail.Publish(written);
            }

            Trim(written);
            group.Clear();
            written.Clear();
        }
    }

    /// <summary>Retries until the entries are on disk. Returns false if the journal closes before that.</summary>
    private bool Commit(List<(JournalEntry Entry, DateTimeOffset ReceivedAt)> entries)
    {
        underWay = entries.Count;
        while (entries.Count > 0 && !TryCommit(entries))
        {
            if (backlog.WaitForClose(RetryInterval))
            {
                LogAbandoned(entries.Count + backlog.Count().Waiting);
                return false;
            }
        }

        underWay = 0;
        return true;
    }

    private bool TryCommit(List<(JournalEntry Entry, DateTimeOffset ReceivedAt)> entries)
    {
        health.Begin();
        try
        {
            if (files.Gone() is { } gone)
            {
                throw gone;
            }

            var (last, receivedAt) = entries[^1];
            if (last.Id > committed)
            {
                ids.Reserve(last.Id);
                store.Append(entries);
                committed = last.Id;
            }

            // Stored before readers see the entries, so that a log that is truncated in a crash is detected.
            ids.Show(last.Id, receivedAt);
        }
        catch (Exception failure) when (failure is DatabaseException or IOException)
        {
            health.End(failure);
            return false;
        }

        var took = health.End(null);
        Committed?.Invoke(took);
        return true;
    }

    private void Trim(List<JournalEntry> written)
    {
        try
        {
            retention.Apply(written);
            health.Trimmed(null);
        }
        catch (DatabaseException failure)
        {
            // Tried again after the next write, or in a minute.
            health.Trimmed(failure);
        }
    }

    [LoggerMessage(3, LogLevel.Error, "The journal was closed while it could not be written. {Count} events are lost.")]
    private partial void LogAbandoned(int count);

    [LoggerMessage(5, LogLevel.Error, "Events of {Vm} are lost: {Loss}")]
    private partial void LogLost(string vm, JsonText loss);
}
