using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>The journal's one writer: commits whatever is waiting in one transaction, shows it to the readers, and drops what is too much.</summary>
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
        // Entries grow old also where no other is written.
        aging = time.CreateTimer(_ => backlog.Nudge(), null, JournalRetention.AgeCheckInterval, JournalRetention.AgeCheckInterval);
    }

    /// <summary>Told how long each group of entries took to be written.</summary>
    public event Action<TimeSpan>? Committed;

    /// <summary>How many entries are being written.</summary>
    public int UnderWay => underWay;

    /// <summary>Writes what is waiting, as far as the disk takes it at once.</summary>
    public void Dispose()
    {
        aging.Dispose();
        backlog.Close();
        thread.Join();
    }

    private void Write()
    {
        // Used again for each group, as is the list of those that were taken.
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
                // Nothing is written now, and it is to be known all the same.
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

    /// <summary>Tries until the entries are on disk; false when the journal closes first.</summary>
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

            // Readers are shown what is noted here, and no more: then a log that is cut after a crash is noticed.
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
            // The next entries, or the next minute, try again.
            health.Trimmed(failure);
        }
    }

    [LoggerMessage(3, LogLevel.Error, "The journal closes while it cannot be written: {Count} events are lost.")]
    private partial void LogAbandoned(int count);

    [LoggerMessage(5, LogLevel.Error, "Events of {Vm} are lost: {Loss}")]
    private partial void LogLost(string vm, JsonText loss);
}
