namespace Gateway.Journal;

/// <summary>Reads the history of a client's request in pages.</summary>
/// <param name="journal">The journal.</param>
/// <param name="filter">The events to read.</param>
/// <param name="newestFirst">Whether to read backwards. A page then has the entries before its cursor.</param>
public sealed class History(IJournal journal, EventFilter filter, bool newestFirst)
{
    /// <summary>The events to read.</summary>
    public EventFilter Filter => filter;

    /// <summary>Reads a page of at most <paramref name="limit"/> events. It ends early when it has more than <paramref name="bytes"/> bytes.</summary>
    /// <param name="after">The cursor to continue from; null for the first page.</param>
    /// <param name="limit">The maximum number of events.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <param name="bytes">The number of bytes after which the page ends.</param>
    /// <exception cref="CursorExpiredException">A matching entry beyond <paramref name="after"/> was dropped.</exception>
    public Task<JournalBatch> ReadPageAsync(string? after, int limit, CancellationToken cancellationToken, long bytes = long.MaxValue) => newestFirst
        ? ReadPageBackAsync(after is null ? journal.Head + 1 : journal.Resolve(filter, after), limit, bytes, cancellationToken)
        : journal.ReadPageAsync(filter, after ?? Cursors.Start, limit, cancellationToken, bytes);

    /// <summary>Whether there are currently no more entries beyond a cursor.</summary>
    public bool EndsAt(long cursor) => newestFirst ? cursor <= journal.Oldest(filter) : cursor >= journal.Head;

    private async Task<JournalBatch> ReadPageBackAsync(long before, int limit, long bytes, CancellationToken cancellationToken)
    {
        var found = new List<JournalEntry>();
        do
        {
            var batch = await journal.ReadBackAsync(filter, before, limit - found.Count, cancellationToken);
            found.AddRange(batch.Entries);
            bytes -= batch.Size;
            before = batch.Cursor;
        }
        while (found.Count < limit && bytes >= 0 && !EndsAt(before));

        return new JournalBatch(found, before);
    }
}
