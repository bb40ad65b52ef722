using System.Globalization;

namespace Gateway.Data;

/// <summary>
/// The clock by which what is old is forgotten. It follows the system's clock, but when that jumps it goes on by itself and believes only what the
/// system's clock has said for a whole hour: what was deleted because of a wrong clock would not come back. It survives restarts by a file, so that a
/// wrong clock at the start is a jump like any other. After a long time without a gateway, too, nothing is deleted for an hour.
/// </summary>
public sealed class TrustedClock
{
    /// <summary>The file in the data directory.</summary>
    public const string FileName = "clock";

    /// <summary>A difference up to here is believed at once.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>How long a larger one must last.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(1);

    private readonly Lock sync = new();
    private readonly TimeProvider time;
    private readonly string? path;
    private DateTimeOffset trusted;
    private long at;
    private (TimeSpan Least, long Since)? doubt;
    private long? written;

    /// <param name="path">Where it is kept over restarts; null for nowhere.</param>
    /// <param name="time">The system's clock.</param>
    public TrustedClock(string? path, TimeProvider time)
    {
        (this.path, this.time, at) = (path, time, time.GetTimestamp());
        trusted = Load() ?? time.GetUtcNow();
    }

    /// <summary>The time. To be asked for at least every few minutes: a jump is noticed by who asks.</summary>
    public DateTimeOffset Now()
    {
        lock (sync)
        {
            var system = time.GetUtcNow();
            var now = time.GetTimestamp();
            (trusted, at) = (trusted + time.GetElapsedTime(at, now), now);
            var ahead = system - trusted;
            if (ahead.Duration() <= Tolerance)
            {
                (trusted, doubt) = (system, null);
            }
            else if (doubt is not { } before || (before.Least < TimeSpan.Zero) != (ahead < TimeSpan.Zero))
            {
                doubt = (ahead, now);
            }
            else
            {
                // Of a clock that jumped again in this hour, only as much is believed as all of the hour agrees on.
                var least = ahead.Duration() < before.Least.Duration() ? ahead : before.Least;
                doubt = (least, before.Since);
                if (time.GetElapsedTime(before.Since, now) >= Patience)
                {
                    (trusted, doubt) = (trusted + least, null);
                }
            }

            if (written is null || time.GetElapsedTime(written.Value, now) >= WriteInterval)
            {
                written = now;
                Save();
            }

            return trusted;
        }
    }

    private DateTimeOffset? Load() =>
        path is not null && File.Exists(path)
        && DateTimeOffset.TryParseExact(File.ReadAllText(path).Trim(), "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var last) ? last : null;

    private void Save()
    {
        if (path is null)
        {
            return;
        }

        try
        {
            var next = path + ".new";
            DataDirectory.MakeFile(next);
            File.WriteAllText(next, trusted.ToString("O", CultureInfo.InvariantCulture));
            File.Move(next, path, overwrite: true);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // The disk's trouble is told by what matters more. After a restart the last time that was written counts.
        }
    }
}
