
namespace Gateway.Journal;

/// <summary>Times of <c>receivedAt</c> that a reader asks for.</summary>
/// <param name="Since">The first time; null for no bound.</param>
/// <param name="Until">The first time that is too late; null for no bound.</param>
public readonly record struct TimeRange(DateTimeOffset? Since, DateTimeOffset? Until)
{
    /// <summary>Whether it excludes nothing.</summary>
    public bool IsUnbounded => Since is null && Until is null;

    /// <summary>Whether a time is in the range.</summary>
    public bool Contains(DateTimeOffset time) => !(time < Since) && !(time >= Until);

    /// <summary>Whether any time between two, both included, may be in the range.</summary>
    public bool Overlaps(DateTimeOffset earliest, DateTimeOffset latest) => !(latest < Since) && !(earliest >= Until);
}
