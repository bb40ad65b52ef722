namespace Gateway.Journal;

/// <summary>History as a client asks for it, in pages.</summary>
/// <param name="journal">Where to read.</param>
/// <param name="filter">Which events.</param>
/// <param name="newestFirst">Whether it goes back in time. A cursor then means what is older than it.</param>
public sealed class History(IJournal journal, EventFilter filter, bool newestFirst)
{
    /// <summary>Which events.</summary>
    public EventFilter Filter => filter;

    /// <summary>Reads a page: at most <paramref name="limit"/> events, or fewer once they are more than <paramref name="bytes"/>.</summary>
    /// <param name="after">The cursor to go on from; null for the first page.</param>
    /// <param name="limit">How many events.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <param name="bytes">How many bytes.</param>
    /// <exception cref="CursorExpiredException">Something that matches and lies beyond <paramref name="after"/> was dropped.</exception>
    public Task<JournalBatch> ReadPageAsync(string? after, int limit, CancellationToken cancellationToken, long bytes = long.MaxValue) => newestFirst
        ? ReadPageBackAsync(after is null ? journal.Head + 1 : journal.Resolve(filter, after), limit, bytes, cancellationToken)
        : journal.ReadPageAsync(filter, after ?? Cursors.Start, limit, cancellationToken, bytes);

    /// <summary>Whether nothing is left to read beyond a cursor, for now.</summary>
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
