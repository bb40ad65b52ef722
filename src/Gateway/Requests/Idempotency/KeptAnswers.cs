using System.Collections.Concurrent;
using Gateway.Data;
using Gateway.Data.Sqlite;
using Gateway.Limits;

namespace Gateway.Requests.Idempotency;

/// <summary>
/// Stores the responses to requests with an idempotency key on disk. A key is stored before its request is executed. If the gateway is
/// killed in between, the key has no response, which means that the outcome is unknown.
/// </summary>
internal sealed partial class KeptAnswers(string directory, LimitsOptions limits, TrustedClock clock, TimeProvider time, ILogger<KeptAnswers> logger) : IDisposable
{
    /// <summary>The number of keys that one caller may always have, regardless of the limit.</summary>
    public const int KeysOfOne = 10_000;

    /// <summary>The file's name in the data directory.</summary>
    public const string FileName = "answers.db";

    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly AnswerStore store = new(Path.Combine(directory, FileName));
    private readonly ConcurrentDictionary<string, byte[]> underWay = [];

    /// <summary>Moves a damaged file aside, and returns its new name. Returns null if the file is not damaged.</summary>
    public static string? MoveAsideIfDamaged(string directory, DateTimeOffset now)
    {
        var path = Path.Combine(directory, FileName);
        return Path.Exists(path) && AnswerFile.IsDamaged(path) ? DataFiles.MoveAside(path, now) : null;
    }

    /// <summary>The number of stored keys and the bytes of their responses when the last key was taken.</summary>
    public (long Keys, long Bytes) Used { get; private set; }

    /// <summary>Takes a key for a request. Returns the state of a key that was used before; null if this request has taken the key.</summary>
    /// <param name="key">The caller's line, followed by the key.</param>
    /// <param name="request">The hash of the request.</param>
    /// <param name="shared">Whether several callers share the limit, so that one caller gets at most half of it.</param>
    /// <exception cref="StorageException">The key could not be stored.</exception>
    /// <exception cref="LimitReachedException">The limit of stored keys or of bytes of responses is reached.</exception>
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
            // The exception is not thrown inside the action, because that would fail all actions of the transaction.
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

    /// <summary>Stores the response to a request that has taken its key.</summary>
    public Task EndAsync(string key, KeptAnswer answer) => LetGoAsync(key, file => file.Keep(key, answer));

    /// <summary>Releases a key, because its request had no effect.</summary>
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
            // The caller has the response. If it repeats the request, the gateway does not execute it again, but reports an unknown outcome.
            LogNotKept(DataFiles.Describe(unwritable));
        }
        finally
        {
            underWay.TryRemove(key, out _);
        }
    }

    private (KnownKey? Known, LimitReachedException? Refusal) Take(AnswerFile file, string key, byte[] request, bool shared)
    {
        // If a clock is wrong, a key is neither removed too early nor kept longer because it was taken while the clock was ahead.
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
