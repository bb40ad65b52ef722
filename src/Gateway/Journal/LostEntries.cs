using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>Entries that were lost.</summary>
/// <param name="From">When the last entry before them was received; null if this is unknown.</param>
/// <param name="To">When the last of them was received; null if this is unknown.</param>
internal sealed record LostEntries(DateTimeOffset? From, DateTimeOffset? To)
{
    // SQLite's log never holds this many entries.
    private const int MaxInLog = 200_000;

    /// <summary>Returns the lost entries after the newest remaining one.</summary>
    /// <param name="store">The journal with the remaining entries.</param>
    /// <param name="lastAt">When the last lost entry was received; null if it is unknown which are lost.</param>
    public static LostEntries Between(JournalStore store, DateTimeOffset? lastAt) => new(
        lastAt is not null && store.NewestReceived() is { } ticks and >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null,
        lastAt);

    /// <summary>Whether none of the newest entries is lost, apart from those that retention dropped.</summary>
    /// <param name="store">The journal with the remaining entries.</param>
    /// <param name="after">Entries up to this one are not checked.</param>
    /// <param name="last">The newest entry.</param>
    public static bool AreNone(JournalStore store, long after, long last)
    {
        try
        {
            after = Math.Max(Math.Max(after, last - MaxInLog), store.Trim.NewestMark() ?? 0);
            return store.CountAfter(after) == last - after;
        }
        catch (DatabaseException)
        {
            return false;
        }
    }
}
