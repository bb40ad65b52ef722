using System.Globalization;

namespace Gateway.Data;

/// <summary>
/// The clock that decides when old data expire. It follows the system clock. If the system clock jumps, this clock keeps running and accepts the
/// difference only after it has lasted for an hour: data that are deleted because of a wrong clock cannot be restored. The time is stored in a file, so
/// that a wrong system clock at startup is also a jump. For the same reason, nothing is deleted for an hour after a long downtime of the gateway.
/// </summary>
public sealed class TrustedClock
{
    /// <summary>The file in the data directory.</summary>
    public const string FileName = "clock";

    /// <summary>A difference up to this size is accepted immediately.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>How long a larger difference must last before it is accepted.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(1);

    private readonly Lock sync = new();
    private readonly TimeProvider time;
    private readonly string? path;
    private DateTimeOffset trusted;
    private long at;
    private (TimeSpan Least, long Since)? doubt;
    private long? written;

    /// <param name="path">The path of the file that stores the time. Null to store it nowhere.</param>
    /// <param name="time">The system clock.</param>
    public TrustedClock(string? path, TimeProvider time)
    {
        (this.path, this.time, at) = (path, time, time.GetTimestamp());
        trusted = Load() ?? time.GetUtcNow();
    }

    /// <summary>Returns the time. Call this at least every few minutes, because only a call detects a jump.</summary>
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
                // If the clock has jumped again within the hour, only the smallest difference of the hour is accepted.
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
            // Not reported here: writes of the journal report disk failures. After a restart, the clock continues from the last time that was stored.
        }
    }
}
