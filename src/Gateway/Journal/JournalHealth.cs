using Gateway.Data.Sqlite;

namespace Gateway.Journal;

/// <summary>Tracks failures of the journal's disk. Logs one line per incident, with what the operator can do.</summary>
internal sealed partial class JournalHealth : IDisposable
{
    /// <summary>A write that takes longer is reported, because it delays events for readers.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    // How long a slow write is reported if there are no more writes.
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
        slowness = time.CreateTimer(_ => CheckSlowness(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why entries cannot be written, and what to do; null if they can.</summary>
    public string? Unwritable => Volatile.Read(ref unwritable);

    /// <summary>Why entries cannot be read, and what to do; null if they can.</summary>
    public string? Unreadable => Volatile.Read(ref unreadable);

    /// <summary>How slow the disk is; null if it is not slow.</summary>
    public string? Slowness
    {
        get
        {
            lock (sync)
            {
                var took = begun is { } since && time.GetElapsedTime(since) is var soFar && soFar >= Slow ? soFar
                    : slow is { } last && time.GetElapsedTime(last.At) < SlowShown ? last.Took
                    : (TimeSpan?)null;
                return took is null ? null : $"Writing to the journal takes {took.Value.TotalSeconds:0.0} s, so events are shown late. Check the disk of Gateway:DataDirectory.";
            }
        }
    }

    /// <summary>Records that a write begins.</summary>
    public void Begin()
    {
        lock (sync)
        {
            begun = time.GetTimestamp();
        }

        slowness.Change(Slow, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Records that a write has succeeded or failed.</summary>
    /// <returns>The duration of the write.</returns>
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
                ReportSlow(took);
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

    /// <summary>Records that entries on disk were read, or could not be read.</summary>
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

    /// <summary>Records that the journal was trimmed, or could not be trimmed.</summary>
    public void Trimmed(DatabaseException? failure)
    {
        if (failure is not null && !untrimmed)
        {
            LogNotTrimmed(DataFiles.Describe(failure));
        }

        untrimmed = failure is not null;
    }

    /// <summary>Records whether the journal's files exist.</summary>
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

    // Runs while a write is in progress, so that a write that never ends is reported, too.
    private void CheckSlowness()
    {
        lock (sync)
        {
            if (begun is { } since && time.GetElapsedTime(since) is var soFar && soFar >= Slow)
            {
                ReportSlow(soFar);
            }
        }
    }

    private void ReportSlow(TimeSpan took)
    {
        if (slow is null)
        {
            LogSlow();
        }

        slow = (took, time.GetTimestamp());
    }

    [LoggerMessage(1, LogLevel.Error, "The journal cannot be written, so events wait in memory. {Reason}")]
    private partial void LogUnwritable(string reason);

    [LoggerMessage(2, LogLevel.Information, "The journal can be written again.")]
    private partial void LogWritable();

    [LoggerMessage(4, LogLevel.Warning, "The journal could not be trimmed, so it keeps growing. {Reason}")]
    private partial void LogNotTrimmed(string reason);

    [LoggerMessage(6, LogLevel.Warning, "Writing to the journal takes more than a second, so events are shown late. Check the disk of Gateway:DataDirectory.")]
    private partial void LogSlow();

    [LoggerMessage(7, LogLevel.Information, "Writing to the journal is fast again.")]
    private partial void LogQuick();

    [LoggerMessage(8, LogLevel.Error, "Some journal entries cannot be read. {Reason}")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(9, LogLevel.Information, "The journal can be read again.")]
    private partial void LogReadable();
}
