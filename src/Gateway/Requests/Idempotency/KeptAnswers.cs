using System.Collections.Concurrent;
using Gateway.Data;
using Gateway.Data.Sqlite;
using Gateway.Limits;

namespace Gateway.Requests.Idempotency;

/// <summary>
/// The answers to requests with an idempotency key, on disk. A key is written down before its request is run: should the gateway
/// be killed in between, the key without an answer tells that the outcome is unknown.
/// </summary>
internal sealed partial class KeptAnswers(string directory, LimitsOptions limits, TrustedClock clock, TimeProvider time, ILogger<KeptAnswers> logger) : IDisposable
{
    /// <summary>The keys that one caller may have, whatever the limit.</summary>
    public const int KeysOfOne = 10_000;

    /// <summary>The file's name in the data directory.</summary>
    public const string FileName = "answers.db";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly AnswerStore store = new(Path.Combine(directory, FileName));
    private readonly ConcurrentDictionary<string, byte[]> underWay = [];

    /// <summary>Moves the file aside where it is damaged; answers its new name, or null where it is not.</summary>
    public static string? MoveAsideIfDamaged(string directory, DateTimeOffset now)
    {
        var path = Path.Combine(directory, FileName);
        return Path.Exists(path) && AnswerFile.IsDamaged(path) ? DataFiles.MoveAside(path, now) : null;
    }

    /// <summary>How many keys were kept when the last one was taken, and bytes of answers.</summary>
    public (long Keys, long Bytes) Used { get; private set; }

    /// <summary>Takes a key for a request. Answers what is known of it where it was used before; null where it is this request's now.</summary>
    /// <param name="key">The caller's line, and the key.</param>
    /// <param name="request">A hash of the request.</param>
    /// <param name="shared">Whether others have keys, too, so that one caller gets at most half of what there is.</param>
    /// <exception cref="StorageException">The key cannot be written down.</exception>
    /// <exception cref="LimitReachedException">As many keys, or bytes of answers, are kept as may be.</exception>
    public async Task<KnownKey?> BeginAsync(string key, byte[] request, bool shared = false)
    {
        while (!underWay.TryAdd(key, request))
        {
            if (underWay.TryGetValue(key, out var first))
            {
                return new KnownKey(first, Answer: null, UnderWay: true);
            }
        }

        var taken = false;
        try
        {
            // Not thrown there: what one of a group throws fails all of it.
            var (known, refusal) = await store.DoAsync(file => Take(file, key, request, shared));
            taken = known is null && refusal is null;
            return refusal is null ? known : throw refusal;
        }
        catch (DatabaseException unwritable)
        {
            throw new StorageException("the idempotency key", unwritable);
        }
        finally
        {
            if (!taken)
            {
                underWay.TryRemove(key, out _);
            }
        }
    }

    /// <summary>Keeps the answer to a request that took its key.</summary>
    public Task EndAsync(string key, KeptAnswer answer) => LetGoAsync(key, file => file.Keep(key, answer));

    /// <summary>Gives a key back: its request did nothing.</summary>
    public Task ReleaseAsync(string key) => LetGoAsync(key, file => file.Remove(key));

    public void Dispose() => store.Dispose();

    private async Task LetGoAsync(string key, Action<AnswerFile> last)
    {
        try
        {
            await store.DoAsync(last);
        }
        catch (DatabaseException unwritable)
        {
            // The caller has its answer; one who repeats the request is told that the outcome is unknown, not run again.
            LogNotKept(DataFiles.Describe(unwritable));
        }
        finally
        {
            underWay.TryRemove(key, out _);
        }
    }

    private (KnownKey? Known, LimitReachedException? Refusal) Take(AnswerFile file, string key, byte[] request, bool shared)
    {
        // Whichever clock is wrong, a key is not forgotten too early; nor is it kept for longer because it was taken while one was ahead.
        var trusted = clock.Now();
        var now = Math.Max(trusted.UtcTicks, time.GetUtcNow().UtcTicks);
        file.RemoveBefore((trusted - Kept).UtcTicks, now);
        if (file.Find(key) is { } known)
        {
            return (known, null);
        }

        Used = file.Kept(caller: null);
        if (Refusal(file.Kept(key.Split('\n')[0]), shared) is { } refusal)
        {
            return (null, refusal);
        }

        file.Add(key, request, now);
        return default;
    }

    private LimitReachedException? Refusal((long Keys, long Bytes) ofCaller, bool shared)
    {
        return Refuse(nameof(LimitsOptions.IdempotencyKeys), limits.IdempotencyKeys, Used.Keys, ofCaller.Keys, KeysOfOne, "Too many idempotency keys are stored")
            ?? Refuse(nameof(LimitsOptions.IdempotencyBytes), limits.IdempotencyBytes, Used.Bytes, ofCaller.Bytes, long.MaxValue, "Too many bytes of idempotency answers are stored");

        LimitReachedException? Refuse(string setting, long most, long used, long mine, long mostOfOne, string what) =>
            used >= most ? new LimitReachedException(setting, most, what)
            : mine >= Math.Min(mostOfOne, shared ? (most + 1) / 2 : most) ? new LimitReachedException(setting, most, what, ofOne: true)
            : null;
    }

    [LoggerMessage(114, LogLevel.Error, "The answer to a request with an idempotency key could not be stored. {Reason}")]
    private partial void LogNotKept(string reason);
}
