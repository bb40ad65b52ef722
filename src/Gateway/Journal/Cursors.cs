using System.Globalization;
using System.Runtime.CompilerServices;

namespace Gateway.Journal;

/// <summary>Converts entry ids to and from cursors, which are opaque strings for clients. Each id has exactly one spelling.</summary>
public static class Cursors
{
    /// <summary>The cursor of a client that wants to start with the oldest stored entry.</summary>
    public const string Start = "start";

    /// <summary>Returns the cursor of an id.</summary>
    public static string Write(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Parses the output of <see cref="Write"/>.</summary>
    /// <exception cref="UnknownCursorException">The string is not a valid cursor.</exception>
    public static long Read(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Write(id) == cursor
            ? id
            : throw new UnknownCursorException(cursor);

    /// <summary>Resolves the <c>after</c> of a client, which is a cursor or <see cref="Start"/>. Checks that all entries after it are still stored.</summary>
    public static long Resolve(this IJournal journal, EventFilter filter, string after)
    {
        if (after == Start)
        {
            return journal.Oldest(filter);
        }

        var id = Read(after);
        journal.Validate(filter, id);
        return id;
    }

    /// <summary>
    /// Reads from a client's <c>after</c> until there are <paramref name="limit"/> entries, or more than <paramref name="bytes"/> bytes, or the end is reached.
    /// </summary>
    /// <exception cref="CursorExpiredException">A matching entry after <paramref name="after"/> was dropped, and <paramref name="after"/> is not <see cref="Start"/>.</exception>
    public static async Task<JournalBatch> ReadPageAsync(
        this IJournal journal, EventFilter filter, string after, int limit, CancellationToken cancellationToken, long bytes = long.MaxValue)
    {
        var found = new List<JournalEntry>();
        for (var cursor = journal.Resolve(filter, after); ;)
        {
            try
            {
                var batch = await journal.ReadAsync(filter, cursor, limit - found.Count, cancellationToken);
                found.AddRange(batch.Entries);
                bytes -= batch.Size;
                cursor = batch.Cursor;
            }
            catch (CursorExpiredException) when (found.Count > 0)
            {
                // The entries read so far are complete. Reading after this cursor throws.
                return new JournalBatch(found, cursor);
            }
            catch (CursorExpiredException dropped) when (after == Start)
            {
                // Retention has dropped more entries in the meantime. Start from the new oldest one.
                cursor = dropped.Oldest;
            }

            if (found.Count == limit || bytes < 0 || cursor >= journal.Head)
            {
                return new JournalBatch(found, cursor);
            }
        }
    }

    /// <summary>
    /// Like <see cref="IJournal.FollowAsync"/>, for callers that wait for an event instead of reading a history. If entries were dropped before they were
    /// read, continues with the oldest stored one.
    /// </summary>
    public static async IAsyncEnumerable<JournalBatch> WatchAsync(
        this IJournal journal, EventFilter filter, long after, TimeSpan? heartbeat, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var batches = journal.FollowAsync(filter, after, heartbeat, cancellationToken).GetAsyncEnumerator(cancellationToken);
            for (var seen = true; seen;)
            {
                try
                {
                    seen = await batches.MoveNextAsync();
                }
                catch (CursorExpiredException expired)
                {
                    after = expired.Oldest;
                    break;
                }

                yield return batches.Current;
            }
        }
    }
}
