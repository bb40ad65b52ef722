using System.Globalization;
using System.Runtime.CompilerServices;

namespace Gateway.Journal;

/// <summary>Ids as clients see them: opaque strings, spelled in one way only.</summary>
public static class Cursors
{
    /// <summary>What a client writes for the oldest kept.</summary>
    public const string Start = "start";

    /// <summary>The id as text.</summary>
    public static string Write(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="UnknownCursorException">It wrote no such text.</exception>
    public static long Read(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Write(id) == cursor
            ? id
            : throw new UnknownCursorException(cursor);

    /// <summary>The cursor that a client's <c>after</c> names: an id, or <see cref="Start"/>; checked to be still kept.</summary>
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
    /// Reads on from where a client's <c>after</c> points, until there are enough, or more bytes than <paramref name="bytes"/>, or the end is reached.
    /// </summary>
    /// <exception cref="CursorExpiredException">Something that matches was dropped after <paramref name="after"/>, which is not <see cref="Start"/>.</exception>
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
                // What was read is right; whoever reads on is told.
                return new JournalBatch(found, cursor);
            }
            catch (CursorExpiredException dropped) when (after == Start)
            {
                // The oldest kept is another by now.
                cursor = dropped.Oldest;
            }

            if (found.Count == limit || bytes < 0 || cursor >= journal.Head)
            {
                return new JournalBatch(found, cursor);
            }
        }
    }

    /// <summary>
    /// <see cref="IJournal.FollowAsync"/> for who waits for an event rather than reads a history: where some went by unseen, more than are
    /// kept, the watch goes on from what is.
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
