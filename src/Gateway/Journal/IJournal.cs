using Gateway.Data.Sqlite;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>
/// Every event of every VM and the gateway's own, in one order. What a client sees of events, it reads here. An entry can be read
/// once it is on disk; each reader is a cursor, so a slow one costs nobody anything.
/// </summary>
public interface IJournal
{
    /// <summary>The newest entry that readers can see; nothing before it will be missed by reading after it.</summary>
    long Head { get; }

    /// <summary>The newest entry from before this process.</summary>
    long Opened => Head;

    /// <summary>The newest entry there is, on disk or on its way: an event that comes after this call has a greater id.</summary>
    long LastAppended { get; }

    /// <summary>Takes an event; never waits. Answers its id.</summary>
    long Append(NewEvent entry);

    /// <summary>The point to read from to get all that is kept for a filter; where nothing is gone, the beginning.</summary>
    long Oldest(EventFilter filter);

    /// <summary>Checks that everything after a cursor is still kept for a filter.</summary>
    /// <exception cref="CursorExpiredException">Something that matches was dropped after <paramref name="after"/>.</exception>
    /// <exception cref="UnknownCursorException">No entry ever had this id.</exception>
    void Validate(EventFilter filter, long after);

    /// <summary>
    /// Reads on from a cursor, at once: all that matches, up to <paramref name="limit"/> entries that match. The batch's cursor moves on past what
    /// does not match, so a batch may be short or empty before the end: that is where the cursor reaches <see cref="Head"/>.
    /// </summary>
    /// <exception cref="CursorExpiredException">Something that matches was dropped after <paramref name="after"/>.</exception>
    ValueTask<JournalBatch> ReadAsync(EventFilter filter, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Reads back from a cursor, newest first: all older entries that match, up to <paramref name="limit"/>. The batch's cursor moves back past what does not
    /// match, so a batch may be short or empty before the end of the history: that is where the cursor reaches <see cref="Oldest"/>.
    /// </summary>
    ValueTask<JournalBatch> ReadBackAsync(EventFilter filter, long before, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>
    /// Reads on from a cursor, for ever. A batch without entries comes when there was none to show for <paramref name="heartbeat"/>,
    /// if that is given.
    /// </summary>
    /// <exception cref="CursorExpiredException">The reader lagged so far behind that entries it had not seen were dropped.</exception>
    IAsyncEnumerable<JournalBatch> FollowAsync(EventFilter filter, long after, TimeSpan? heartbeat, CancellationToken cancellationToken);
}

/// <summary>An event on its way into the journal.</summary>
/// <param name="Vm">The VM's id.</param>
/// <param name="Name">The event's name.</param>
/// <param name="Origin">Who says so.</param>
/// <param name="Data">The payload, verbatim.</param>
/// <param name="Timestamp">The clock of whoever says so; null where QEMU had none.</param>
public sealed record NewEvent(string Vm, string Name, EventOrigin Origin, JsonText Data, DateTimeOffset? Timestamp);

/// <summary>Whose word an event is.</summary>
public enum EventOrigin
{
    /// <summary>QEMU's.</summary>
    Qemu,

    /// <summary>The gateway's own.</summary>
    Gateway,
}

/// <summary>Entries after this cursor, which its reader could have seen, are no longer kept.</summary>
public sealed class CursorExpiredException(long after, long oldest)
    : Exception($"events after {Cursors.Write(after)} are no longer kept; the oldest point to read on from is {Cursors.Write(oldest)}")
{
    /// <summary>The oldest cursor that is valid for the same filter.</summary>
    public long Oldest => oldest;
}

/// <summary>A cursor that was never given out.</summary>
public sealed class UnknownCursorException(string cursor) : Exception($"'{cursor}' is no cursor of this journal")
{
    /// <summary>What was given for one.</summary>
    public string Cursor => cursor;
}

/// <summary>Entries of the journal cannot be read: the disk fails, or what is on it is damaged.</summary>
public sealed class JournalUnreadableException(Exception cause)
    : Exception($"entries of the journal cannot be read: {DataFiles.Describe(cause)}", cause);
