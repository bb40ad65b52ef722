using System.Runtime.CompilerServices;
using Gateway.Data;
using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>
/// The journal. A single writer thread commits all waiting events in one transaction, then makes them visible to readers. Readers that keep up read
/// from memory, and slower ones from disk.
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

    /// <param name="directory">The directory of the journal's files.</param>
    /// <param name="options">How much the journal keeps, and how durable it is.</param>
    /// <param name="time">The clock of <c>receivedAt</c>.</param>
    /// <param name="logger">Logs failures of the disk.</param>
    /// <param name="vms">The previously known VMs. Each gets an event if a part of the journal is lost.</param>
    /// <param name="clock">The clock of retention. By default, a clock that is stored in the same directory.</param>
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

    /// <summary>Raised with the time that it took to write each group of entries.</summary>
    public event Action<TimeSpan>? Committed
    {
        add => writer.Committed += value;
        remove => writer.Committed -= value;
    }

    /// <summary>Why entries currently cannot be written or read, and what to do; null if they can.</summary>
    public string? Trouble
    {
        get
        {
            var (waiting, lost) = backlog.Count();
            return (files.Gone() is { } gone ? DataFiles.Describe(gone) : health.Unwritable) is { } reason ? $"{writer.UnderWay + waiting} events cannot be written and wait in memory; {lost} events are lost. {reason}"
                : health.Unreadable is { } damage ? $"Some journal entries cannot be read. {damage}"
                : null;
        }
    }

    /// <summary>How slow the disk is, if events become visible late because of it; null otherwise.</summary>
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
            // The entries in memory after the cursor are complete, no matter what was dropped from the disk.
            return complete;
        }

        var batch = await Task.Run(() => ReadStore(filter, after, head, limit), cancellationToken);
        // Checked after reading, because entries that were dropped in the meantime are missing from the batch.
        retention.Check(filter, after);
        return batch;
    }

    /// <inheritdoc/>
    public async ValueTask<JournalBatch> ReadBackAsync(EventFilter filter, long before, int limit, CancellationToken cancellationToken)
    {
        // All entries that readers can see are on disk.
        var newest = Math.Min(before - 1, tail.Head);
        var batch = await Task.Run(() => ReadStore(filter, Oldest(filter), newest, limit, newestFirst: true), cancellationToken);
        // If entries were dropped in the meantime, the history now ends before them.
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
    /// Returns, for each VM that was not removed, the newest state entry of each kind on disk. Retention does not drop these entries.
    /// </summary>
    public IReadOnlyList<JournalEntry> States() => store.States();

    /// <summary>Returns when the oldest stored entry was received; null if there are no entries.</summary>
    public DateTimeOffset? OldestReceivedAt() => store.OldestReceivedAt();

    /// <summary>Writes the waiting events and closes the files.</summary>
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
            throw DataFiles.Refusal("The journal's file of ids", JournalIds.PathOf(store.Path), failure);
        }
    }

    private JournalBatch ReadStore(EventFilter filter, long after, long head, int limit, bool newestFirst = false)
    {
        try
        {
            var (from, to) = times.Narrow(filter.Received, after, head);
            var batch = from < to ? store.Read(filter, from, to, limit, newestFirst) : new JournalBatch([], newestFirst ? from : to);
            health.Read(null);
            // Nothing outside the narrowed range matches, so the cursor moves past it.
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
