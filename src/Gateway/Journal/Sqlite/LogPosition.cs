namespace Gateway.Journal.Sqlite;

/// <summary>The end of a write-ahead log.</summary>
/// <param name="Salts">The salts, which differ in each round of the log. The first half increases by one with each round, and the second half is random.</param>
/// <param name="Frames">The number of frames in this round; 0 if there is no log.</param>
internal readonly record struct LogPosition(ulong Salts, uint Frames)
{
    // There are never this many rounds between two stored positions.
    private const uint MaxRounds = 1000;

    /// <summary>Whether the log is complete, given that it once ended at <paramref name="before"/>.</summary>
    public bool Reaches(LogPosition before) =>
        before.Frames == 0
        || (Salts == before.Salts ? Frames >= before.Frames : (uint)((Salts >> 32) - (before.Salts >> 32)) is >= 1 and <= MaxRounds);
}
