using System.Runtime.CompilerServices;
using Gateway.Data;
using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>
/// The journal: appends go to one writer thread, which commits whatever is waiting in one transaction and then shows it to
/// the readers, from memory while they keep up and from disk when they lag.
/// </summary>
public sealed class EventJournal : IJournal, IDisposable
{
    /// <summary>The journal's file in the data directory.</summary>
    public const string FileName = "journal.db";

    private readonly TimeProvider time;
    private readonly JournalStore store;
    private readonly JournalIds ids;
    private readonly JournalFiles files;
    private readonly JournalHealth health;
    private readonly JournalBacklog backlog;
    private readonly JournalRetention retention;
    private readonly JournalTail tail;
    private readonly ReceivedTimes times;
    private readonly JournalWriter writer;

    /// <param name="directory">Where the journal's files are.</param>
    /// <param name="options">How much is kept, and how safely.</param>
    /// <param name="time">The clock of <c>receivedAt</c>.</param>
    /// <param name="logger">Told of a disk that fails.</param>
    /// <param name="vms">The VMs that were known before: each gets an event where a part of the journal is lost.</param>
    /// <param name="clock">The clock of retention; by default one that is kept in the same directory.</param>
    public EventJournal(
        string directory, JournalOptions options, TimeProvider time, ILogger<EventJournal> logger, IReadOnlyCollection<string>? vms = null, TrustedClock? clock = null)
        : this(
            new JournalStore(Path.Combine(directory, FileName), options.Sync == JournalSync.Full),
            options,
            time,
            logger,
            vms,
            clock ?? new TrustedClock(Path.Combine(directory, TrustedClock.FileName), time))
    {
    }

    internal EventJournal(
        JournalStore store, JournalOptions options, TimeProvider time, ILogger<EventJournal> logger, IReadOnlyCollection<string>? vms = null, TrustedClock? clock = null)
    {
        vms ??= [];
        this.time = time;
        this.store = store;
        health = new JournalHealth(time, logger);
        ids = OpenIds(store, vms.Count > 0, time);
        files = new JournalFiles(store.Path);
        backlog = new JournalBacklog(ids.Last, time, ids.Floor);
        retention = new JournalRetention(store, options, clock ?? new TrustedClock(path: null, time), time, ids.Last);
        tail = new JournalTail(ids.Last);
        times = new ReceivedTimes(store);
        JournalLoss.Tell(ids, backlog, vms, time.GetUtcNow(), logger);
        writer = new JournalWriter(store, ids, files, backlog, tail, retention, health, time, logger);
    }

    /// <inheritdoc/>
    public long Head => tail.Head;

    /// <inheritdoc/>
    public long Opened => ids.Last;

    /// <inheritdoc/>
    public long LastAppended => backlog.Last;

    /// <summary>Told how long each group of entries took to be written.</summary>
    public event Action<TimeSpan>? Committed
    {
        add => writer.Committed += value;
        remove => writer.Committed -= value;
    }

    /// <summary>Why entries cannot be written or read at present, and what to do; null when they can.</summary>
    public string? Trouble
    {
        get
        {
            var (waiting, lost) = backlog.Count();
            return (files.Gone() is { } gone ? DataFiles.Describe(gone) : health.Unwritable) is { } reason ? $"{writer.UnderWay + waiting} events cannot be written and wait in memory, {lost} are lost. {reason}"
                : health.Unreadable is { } damage ? $"entries of the journal cannot be read. {damage}"
                : null;
        }
    }

    /// <summary>How slow the disk is, where it is so slow that events are shown late; null where not.</summary>
    public string? Slowness => health.Slowness;

    /// <inheritdoc/>
    public long Append(NewEvent entry) => backlog.Add(entry);

    /// <inheritdoc/>
    public long Oldest(EventFilter filter) => retention.OldestFor(filter);

    /// <inheritdoc/>
    public void Validate(EventFilter filter, long after)
    {
        if (ids.IsGone(after))
        {
            throw new CursorExpiredException(after, Oldest(filter));
        }

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
        if (tail.Read(filter, after, limit) is { } complete)
        {
            // Nothing after the cursor is missing here, whatever is gone from the disk.
            return complete;
        }

        var batch = await Task.Run(() => ReadStore(filter, after, head, limit), cancellationToken);
        // What was dropped while it was read is missing from the batch, so look only now.
        retention.Check(filter, after);
        return batch;
    }

    /// <inheritdoc/>
    public async ValueTask<JournalBatch> ReadBackAsync(EventFilter filter, long before, int limit, CancellationToken cancellationToken)
    {
        // What readers can see is on disk.
        var newest = Math.Min(before - 1, tail.Head);
        var batch = await Task.Run(() => ReadStore(filter, Oldest(filter), newest, limit, newestFirst: true), cancellationToken);
        // What was dropped while it was read ends the history there.
        var oldest = Oldest(filter);
        return batch.Cursor > oldest ? batch : new JournalBatch([.. batch.Entries.Where(entry => entry.Id > oldest)], oldest);
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

    /// <summary>
    /// For each VM that was not removed the newest entry of each kind that tells its state, of those on disk. Retention does not drop these.
    /// </summary>
    public IReadOnlyList<JournalEntry> States() => store.States();

    /// <summary>When the oldest entry kept was received; null where none is.</summary>
    public DateTimeOffset? OldestReceivedAt() => store.OldestReceivedAt();

    /// <summary>Writes what is waiting and closes the files.</summary>
    public void Dispose()
    {
        writer.Dispose();
        retention.Close();
        health.Dispose();
        ids.End(backlog.Last);
        store.Dispose();
        ids.Dispose();
    }

    private static JournalIds OpenIds(JournalStore store, bool used, TimeProvider time)
    {
        try
        {
            return new JournalIds(store, used, time);
        }
        catch (Exception failure) when (failure is DatabaseException or IOException or UnauthorizedAccessException)
        {
            store.Dispose();
            throw DataFiles.Refusal("the journal's file of ids", JournalIds.PathOf(store.Path), failure);
        }
    }

    private JournalBatch ReadStore(EventFilter filter, long after, long head, int limit, bool newestFirst = false)
    {
        try
        {
            var (from, to) = times.Narrow(filter.Received, after, head);
            var batch = from < to ? store.Read(filter, from, to, limit, newestFirst) : new JournalBatch([], newestFirst ? from : to);
            health.Read(null);
            // Nothing beyond the narrower range matches.
            return !newestFirst && batch.Cursor == to ? new JournalBatch(batch.Entries, head)
                : newestFirst && batch.Cursor == from ? new JournalBatch(batch.Entries, after)
                : batch;
        }
        catch (DatabaseException failure)
        {
            health.Read(failure);
            throw new JournalUnreadableException(failure);
        }
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
}
