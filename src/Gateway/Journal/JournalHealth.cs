using Gateway.Data.Sqlite;

namespace Gateway.Journal;

/// <summary>How the journal gets on with its disk: what is wrong and what to do, in one line of the log an incident.</summary>
internal sealed partial class JournalHealth : IDisposable
{
    /// <summary>A write that takes longer is worth a word: readers see events that much late.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    // A disk that was slow with its last write is not called so for ever where no other comes.
    private static readonly TimeSpan SlowShown = TimeSpan.FromMinutes(1);

    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ITimer slowness;
    private readonly Lock sync = new();
    private long? begun;
    private (TimeSpan Took, long At)? slow;
    private string? unwritable;
    private string? unreadable;
    private bool damaged;
    private bool untrimmed;
    private bool missing;

    public JournalHealth(TimeProvider time, ILogger logger)
    {
        (this.time, this.logger) = (time, logger);
        slowness = time.CreateTimer(_ => LookForSlowness(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why entries cannot be written, and what to do; null when they can.</summary>
    public string? Unwritable => Volatile.Read(ref unwritable);

    /// <summary>Why entries cannot be read, and what to do; null when they can.</summary>
    public string? Unreadable => Volatile.Read(ref unreadable);

    /// <summary>How slow the disk is; null when it is not.</summary>
    public string? Slowness
    {
        get
        {
            lock (sync)
            {
                var took = begun is { } since && time.GetElapsedTime(since) is var soFar && soFar >= Slow ? soFar
                    : slow is { } last && time.GetElapsedTime(last.At) < SlowShown ? last.Took
                    : (TimeSpan?)null;
                return took is null ? null : $"writing to the journal takes {took.Value.TotalSeconds:0.0} s, so events are shown late: see to the disk of Gateway:DataDirectory";
            }
        }
    }

    /// <summary>A write begins.</summary>
    public void Begin()
    {
        lock (sync)
        {
            begun = time.GetTimestamp();
        }

        slowness.Change(Slow, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A write is done, or failed.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan End(Exception? failure)
    {
        slowness.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        TimeSpan took;
        lock (sync)
        {
            took = time.GetElapsedTime(begun!.Value);
            begun = null;
            if (took >= Slow)
            {
                TellSlow(took);
            }
            else if (slow is not null && failure is null)
            {
                slow = null;
                LogQuick();
            }
        }

        SetUnwritable(failure);
        return took;
    }

    /// <summary>Entries on disk were read, or could not be.</summary>
    public void Read(DatabaseException? failure)
    {
        if (failure is null && (Unreadable is null || damaged))
        {
            return;
        }

        lock (sync)
        {
            if (failure is null)
            {
                unreadable = null;
                LogReadable();
                return;
            }

            damaged |= DataFiles.IsDamage(failure);
            if (unreadable is null)
            {
                unreadable = DataFiles.Describe(failure);
                LogUnreadable(unreadable);
            }
        }
    }

    /// <summary>The journal was trimmed, or could not be.</summary>
    public void Trimmed(DatabaseException? failure)
    {
        if (failure is not null && !untrimmed)
        {
            LogNotTrimmed(DataFiles.Describe(failure));
        }

        untrimmed = failure is not null;
    }

    /// <summary>It was looked for the journal's files, which are there or not.</summary>
    public void Looked(Exception? gone)
    {
        if (gone is not null && !missing && Unwritable is null)
        {
            LogUnwritable(DataFiles.Describe(gone));
        }

        missing = gone is not null;
    }

    public void Dispose() => slowness.Dispose();

    private void SetUnwritable(Exception? failure)
    {
        var now = failure is null ? null : DataFiles.Describe(failure);
        var before = Unwritable;
        Volatile.Write(ref unwritable, now);
        if (now is null && before is not null)
        {
            LogWritable();
        }
        else if (now != before)
        {
            LogUnwritable(now!);
        }
    }

    // While the write is under way: one that never ends would otherwise never be told of.
    private void LookForSlowness()
    {
        lock (sync)
        {
            if (begun is { } since && time.GetElapsedTime(since) is var soFar && soFar >= Slow)
            {
                TellSlow(soFar);
            }
        }
    }

    private void TellSlow(TimeSpan took)
    {
        if (slow is null)
        {
            LogSlow();
        }

        slow = (took, time.GetTimestamp());
    }

    [LoggerMessage(1, LogLevel.Error, "The journal cannot be written; events wait in memory. {Reason}")]
    private partial void LogUnwritable(string reason);

    [LoggerMessage(2, LogLevel.Information, "The journal can be written again.")]
    private partial void LogWritable();

    [LoggerMessage(4, LogLevel.Warning, "The journal could not be trimmed, and grows until it can. {Reason}")]
    private partial void LogNotTrimmed(string reason);

    [LoggerMessage(6, LogLevel.Warning, "Writing to the journal takes more than a second, so events are shown late: see to the disk of Gateway:DataDirectory.")]
    private partial void LogSlow();

    [LoggerMessage(7, LogLevel.Information, "Writing to the journal is quick again.")]
    private partial void LogQuick();

    [LoggerMessage(8, LogLevel.Error, "Entries of the journal cannot be read. {Reason}")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(9, LogLevel.Information, "The journal can be read again.")]
    private partial void LogReadable();
}
