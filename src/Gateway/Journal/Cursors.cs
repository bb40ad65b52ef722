using System.Globalization;

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
}
