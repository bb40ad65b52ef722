
namespace Gateway.Journal;

/// <summary>The range of <c>receivedAt</c> that a reader wants.</summary>
/// <param name="Since">The start, inclusive; null for no bound.</param>
/// <param name="Until">The end, exclusive; null for no bound.</param>
public readonly record struct TimeRange(DateTimeOffset? Since, DateTimeOffset? Until)
{
    /// <summary>Whether the range has no bounds.</summary>
    public bool IsUnbounded => Since is null && Until is null;

    /// <summary>Whether a time is in the range.</summary>
    public bool Contains(DateTimeOffset time) => !(time < Since) && !(time >= Until);

    /// <summary>Whether the range overlaps the times from <paramref name="earliest"/> to <paramref name="latest"/>, both inclusive.</summary>
    public bool Overlaps(DateTimeOffset earliest, DateTimeOffset latest) => !(latest < Since) && !(earliest >= Until);
}
