using System.Runtime.CompilerServices;
using Gateway.Vms;
using Microsoft.Data.Sqlite;
using Qmp;

namespace Gateway.Journal;

/// <summary>
/// The journal: appends go to one writer thread, which commits whatever is waiting in one transaction and then shows it to
/// the readers, from memory while they keep up and from disk when they lag.
/// </summary>
public sealed partial class EventJournal : IJournal, IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time;
    private readonly ILogger<EventJournal> logger;
    private readonly JournalStore store;
    private readonly JournalBacklog backlog;
    private readonly JournalRetention retention;
    private readonly JournalTail tail;
    private readonly Thread writer;

    /// <param name="directory">Where the journal's files are.</param>
    /// <param name="options">How much is kept, and how safely.</param>
    /// <param name="time">The clock of <c>receivedAt</c> and of retention.</param>
    /// <param name="logger">Told of a disk that fails.</param>
    public EventJournal(string directory, JournalOptions options, TimeProvider time, ILogger<EventJournal> logger)
    {
        this.time = time;
        this.logger = logger;
        store = new JournalStore(Path.Combine(directory, "journal.db"), options.Sync == JournalSync.Full);
        var last = store.LastId();
        backlog = new JournalBacklog(last, time);
        retention = new JournalRetention(store, options, time, last);
        tail = new JournalTail(last);
        writer = new Thread(Write) { Name = "journal", IsBackground = true };
        writer.Start();
    }

    /// <inheritdoc/>
    public long Head => tail.Head;

    /// <inheritdoc/>
    public long LastAppended => backlog.Last;

    /// <summary>Told how long each group of entries took to be written.</summary>
    public event Action<TimeSpan>? Committed;

    /// <summary>Why entries cannot be written at present; null when they can.</summary>
    public string? Trouble { get; private set; }

    /// <inheritdoc/>
    public long Append(NewEvent entry) => backlog.Add(entry);

    /// <inheritdoc/>
    public long Oldest(EventFilter filter) => retention.OldestFor(filter);

    /// <inheritdoc/>
    public void Validate(EventFilter filter, long after)
    {
        if (after > LastAppended)
        {
            throw new UnknownCursorException(Cursors.Write(after));
        }

        retention.Check(filter, after);
    }

    /// <inheritdoc/>
    public async ValueTask<JournalBatch> ReadAsync(EventFilter filter, long after, int limit, CancellationToken cancellationToken)
    {
        var head = tail.Head;
        var batch = tail.Read(filter, after, limit)
            ?? await Task.Run(() => store.Read(filter, after, head, limit), cancellationToken);
        // What was dropped while it was read is missing from the batch, so look only now.
        retention.Check(filter, after);
        return batch;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalBatch> FollowAsync(
        EventFilter filter, long after, TimeSpan? heartbeat, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int batchSize = 256;
        var quietSince = time.GetTimestamp();
        while (true)
        {
            var changed = tail.Changed;
            var batch = await ReadAsync(filter, after, batchSize, cancellationToken);
            after = batch.Cursor;
            if (batch.Entries.Count == 0 && !Overdue() && (after < Head || await ChangedAsync(changed, Remaining(), cancellationToken)))
            {
                continue;
            }

            yield return batch;
            quietSince = time.GetTimestamp();
        }

        bool Overdue() => Remaining() == TimeSpan.Zero;
        TimeSpan Remaining() => heartbeat is not { } patience ? Timeout.InfiniteTimeSpan
            : patience - time.GetElapsedTime(quietSince) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>When the oldest entry kept was received; null where none is.</summary>
    public DateTimeOffset? OldestReceivedAt() => store.OldestReceivedAt();

    /// <summary>Writes what is waiting and closes the files.</summary>
    public void Dispose()
    {
        backlog.Close();
        writer.Join();
        retention.Close();
        store.Dispose();
    }

    private async Task<bool> ChangedAsync(Task changed, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(patience, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Write()
    {
        while (backlog.Take() is { } taken)
        {
            foreach (var item in taken.Where(static item => item.Event is { Origin: EventOrigin.Gateway, Name: GatewayEvents.EventsLost }))
            {
                LogLost(item.Event.Vm, item.Event.Data);
            }

            var entries = taken.ConvertAll(static item => (Entry: JournalEntry.From(item.Id, item.Event, item.ReceivedAt), item.ReceivedAt));
            if (!Commit(entries))
            {
                return;
            }

            var written = entries.ConvertAll(static item => item.Entry);
            tail.Publish(written);
            Trim(written);
        }
    }

    /// <summary>Tries until the entries are on disk; false when the journal closes first.</summary>
    private bool Commit(List<(JournalEntry Entry, DateTimeOffset ReceivedAt)> entries)
    {
        while (true)
        {
            try
            {
                var started = time.GetTimestamp();
                store.Append(entries);
                Committed?.Invoke(time.GetElapsedTime(started));
                if (Trouble is not null)
                {
                    LogWritable();
                    Trouble = null;
                }

                return true;
            }
            catch (SqliteException failure)
            {
                if (Trouble is null)
                {
                    LogUnwritable(failure.Message);
                }

                var (waiting, lost) = backlog.Count();
                Trouble = $"{entries.Count + waiting} events cannot be written and wait in memory, {lost} are lost: {failure.Message}";
            }

            if (backlog.WaitForClose(RetryInterval))
            {
                LogAbandoned(entries.Count + backlog.Count().Waiting);
                return false;
            }
        }
    }

    private void Trim(List<JournalEntry> written)
    {
        try
        {
            retention.Apply(written);
        }
        catch (SqliteException failure)
        {
            // The next entry tries again.
            LogNotTrimmed(failure.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The journal cannot be written; events wait in memory: {Reason}. Free space on its disk or make it writable.")]
    private partial void LogUnwritable(string reason);

    [LoggerMessage(2, LogLevel.Information, "The journal can be written again.")]
    private partial void LogWritable();

    [LoggerMessage(3, LogLevel.Error, "The journal closes while it cannot be written: {Count} events are lost.")]
    private partial void LogAbandoned(int count);

    [LoggerMessage(4, LogLevel.Warning, "The journal could not be trimmed, and grows: {Reason}. Free space on its disk or make it writable.")]
    private partial void LogNotTrimmed(string reason);

    [LoggerMessage(5, LogLevel.Error, "The journal could not be written for too long: events of {Vm} are lost: {Loss}")]
    private partial void LogLost(string vm, JsonText loss);
}
