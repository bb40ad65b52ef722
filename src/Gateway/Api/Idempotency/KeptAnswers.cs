using Gateway.Configuration;
using Microsoft.Data.Sqlite;

namespace Gateway.Api.Idempotency;

/// <summary>One answer, as it was sent.</summary>
internal sealed record KeptAnswer(int Status, string? ContentType, string? Location, byte[] Body);

/// <summary>What is known of an idempotency key.</summary>
/// <param name="Request">The hash of the request that used it first.</param>
/// <param name="Answer">Its answer; null while it is under way, or was when the gateway was killed.</param>
/// <param name="UnderWay">Whether this process is working on it.</param>
internal sealed record KnownKey(byte[] Request, KeptAnswer? Answer, bool UnderWay);

/// <summary>
/// The answers to requests with an idempotency key, on disk. A key is written down before its request is run: should the gateway
/// be killed in between, the key without an answer tells that the outcome is unknown.
/// </summary>
internal sealed partial class KeptAnswers : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly TimeProvider time;
    private readonly ILogger<KeptAnswers> logger;
    private readonly SqliteConnection store;
    private readonly Lock sync = new();
    private readonly HashSet<string> underWay = [];

    public KeptAnswers(string directory, TimeProvider time, ILogger<KeptAnswers> logger)
    {
        this.time = time;
        this.logger = logger;
        var path = Path.Combine(directory, "answers.db");
        DataDirectory.MakeFile(path);
        store = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        store.Open();
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
        Execute(
            """
            CREATE TABLE IF NOT EXISTS answers(
                key TEXT PRIMARY KEY, request BLOB NOT NULL, at INTEGER NOT NULL, status INTEGER, type TEXT, location TEXT, body BLOB) WITHOUT ROWID
            """);
    }

    /// <summary>Takes a key for a request. Answers what is known of it where it was used before; null where it is this request's now.</summary>
    /// <exception cref="StorageException">The key cannot be written down.</exception>
    public KnownKey? Begin(string key, byte[] request)
    {
        lock (sync)
        {
            try
            {
                return Take(key, request);
            }
            catch (SqliteException unwritable)
            {
                throw new StorageException("the idempotency key", unwritable);
            }
        }
    }
    /// <summary>Keeps the answer to a request that took its key.</summary>
    public void End(string key, KeptAnswer answer)
    {
        lock (sync)
        {
            underWay.Remove(key);
            try
            {
                Execute(
                    "UPDATE answers SET status = $status, type = $type, location = $location, body = $body WHERE key = $key",
                    ("$key", key), ("$status", answer.Status), ("$type", answer.ContentType), ("$location", answer.Location), ("$body", answer.Body));
            }
            catch (SqliteException unwritable)
            {
                // The caller has its answer; one who repeats the request is told that the outcome is unknown, not run again.
                LogNotKept(unwritable.Message);
            }
        }
    }

    /// <summary>Gives a key back: its request did nothing.</summary>
    public void Release(string key)
    {
        lock (sync)
        {
            underWay.Remove(key);
            try
            {
                Execute("DELETE FROM answers WHERE key = $key", ("$key", key));
            }
            catch (SqliteException unwritable)
            {
                LogNotKept(unwritable.Message);
            }
        }
    }

    public void Dispose() => store.Dispose();

    private KnownKey? Take(string key, byte[] request)
    {
        Execute("DELETE FROM answers WHERE at < $at", ("$at", (time.GetUtcNow() - Kept).UtcTicks));
        if (Find(key) is { } known)
        {
            return known;
        }

        Execute(
            "INSERT INTO answers(key, request, at) VALUES ($key, $request, $at)",
            ("$key", key), ("$request", request), ("$at", time.GetUtcNow().UtcTicks));
        underWay.Add(key);
        return null;
    }

    private KnownKey? Find(string key)
    {
        using var select = Command("SELECT request, status, type, location, body FROM answers WHERE key = $key", ("$key", key));
        using var row = select.ExecuteReader();
        if (!row.Read())
        {
            return null;
        }

        var answer = row.IsDBNull(1) ? null : new KeptAnswer(
            row.GetInt32(1),
            row.IsDBNull(2) ? null : row.GetString(2),
            row.IsDBNull(3) ? null : row.GetString(3),
            row.GetFieldValue<byte[]>(4));
        return new KnownKey(row.GetFieldValue<byte[]>(0), answer, underWay.Contains(key));
    }

    private void Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params (string Name, object? Value)[] parameters)
    {
        var command = store.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    [LoggerMessage(51, LogLevel.Error, "The answer to a request with an idempotency key could not be kept: {Reason}. Free space on the disk of the data directory.")]
    private partial void LogNotKept(string reason);
}
