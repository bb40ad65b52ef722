using Gateway.Data.Sqlite;

namespace Gateway.Journal;

/// <summary>
/// The journal of all events of all VMs and of the gateway, in a single order. Clients receive events only from the journal. An entry can be read once it is
/// on disk. A reader is only a cursor, so a slow reader does not affect the others.
/// </summary>
public interface IJournal
{
    /// <summary>The newest entry that readers can see. No entry with a smaller id will become visible later.</summary>
    long Head { get; }

    /// <summary>The newest entry that was written before this process started.</summary>
    long Opened => Head;

    /// <summary>The newest entry, whether it is already on disk or not. Events appended after this call have greater ids.</summary>
    long LastAppended { get; }

    /// <summary>Appends an event. Returns its id. Never waits.</summary>
    long Append(NewEvent entry);

    /// <summary>Returns the cursor from which all stored entries of a filter can be read. This is the beginning if no matching entry was dropped.</summary>
    long Oldest(EventFilter filter);

    /// <summary>Checks that all entries of a filter after a cursor are still stored.</summary>
    /// <exception cref="CursorExpiredException">A matching entry after <paramref name="after"/> was dropped.</exception>
    /// <exception cref="UnknownCursorException">No entry ever had this id.</exception>
    void Validate(EventFilter filter, long after);

    /// <summary>
    /// Reads up to <paramref name="limit"/> matching entries after a cursor, without waiting for new ones. The batch's cursor moves past entries that do not
    /// match, so a batch may be short or empty before the end. The end is reached when the cursor reaches <see cref="Head"/>.
    /// </summary>
    /// <exception cref="CursorExpiredException">A matching entry after <paramref name="after"/> was dropped.</exception>
    ValueTask<JournalBatch> ReadAsync(EventFilter filter, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Reads up to <paramref name="limit"/> matching entries before a cursor, newest first. The batch's cursor moves back past entries that do not match, so a
    /// batch may be short or empty before the end of the history. The end is reached when the cursor reaches <see cref="Oldest"/>.
    /// </summary>
    ValueTask<JournalBatch> ReadBackAsync(EventFilter filter, long before, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>
    /// Reads the entries after a cursor, and waits for new ones indefinitely. If <paramref name="heartbeat"/> is given, yields an empty batch whenever there
    /// were no matching entries for that time.
    /// </summary>
    /// <exception cref="CursorExpiredException">The reader was so slow that entries were dropped before it read them.</exception>
    IAsyncEnumerable<JournalBatch> FollowAsync(EventFilter filter, long after, TimeSpan? heartbeat, CancellationToken cancellationToken);
}

/// <summary>Matching entries after a cursor are no longer stored.</summary>
public sealed class CursorExpiredException(long after, long oldest)
    : Exception($"Events after cursor {Cursors.Write(after)} are no longer kept. Continue from {Cursors.Write(oldest)}, the oldest valid cursor.")
{
    /// <summary>The oldest cursor that is valid for the same filter.</summary>
    public long Oldest => oldest;
}

/// <summary>A cursor is invalid: no entry ever had this id.</summary>
public sealed class UnknownCursorException(string cursor) : Exception($"'{cursor}' is not a cursor of this journal.")
{
    /// <summary>The invalid cursor.</summary>
    public string Cursor => cursor;
}

/// <summary>Entries of the journal cannot be read, because the disk fails or its content is damaged.</summary>
public sealed class JournalUnreadableException(Exception cause)
    : Exception($"Some journal entries cannot be read. {DataFiles.Describe(cause)}", cause);
