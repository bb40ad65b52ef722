using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>Entries that were there and are not any more.</summary>
/// <param name="From">When the last entry before them was received; null where it is not known.</param>
/// <param name="To">When the last of them was received; null where it is not known.</param>
internal sealed record LostEntries(DateTimeOffset? From, DateTimeOffset? To)
{
    // More entries than SQLite's log holds.
    private const int MaxInLog = 200_000;

    /// <summary>Those after the newest one that is left.</summary>
    /// <param name="store">What is left.</param>
    /// <param name="lastAt">When the last one that is lost was received; null where it is not known which are lost.</param>
    public static LostEntries Between(JournalStore store, DateTimeOffset? lastAt) => new(
        lastAt is not null && store.NewestReceived() is { } ticks and >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null,
        lastAt);

    /// <summary>Whether there are none among the newest entries, those that were dropped aside.</summary>
    /// <param name="store">What is left.</param>
    /// <param name="after">Those before it are not looked at.</param>
    /// <param name="last">The newest one.</param>
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
