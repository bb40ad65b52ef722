using Gateway.Data.Sqlite;
using Gateway.Settings;

namespace Gateway.Requests.Idempotency;

/// <summary>The file of the idempotency keys. One thread at a time uses it.</summary>
internal sealed class AnswerFile : IDisposable
{
    private const string Schema = """
        CREATE TABLE answers(
            key TEXT PRIMARY KEY, request BLOB NOT NULL, at INTEGER NOT NULL, status INTEGER, type TEXT, location TEXT, body BLOB) WITHOUT ROWID;
        CREATE INDEX answers_at ON answers(at);
        """;

    // The totals per caller, and for all callers under a name that no caller has. Triggers keep the totals, so that neither a crash nor a failed write leaves
    // a wrong number. A key begins with its caller's line.
    private const string Counting = $"""
        BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS callers(caller TEXT PRIMARY KEY, keys INTEGER NOT NULL, bytes INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO callers
            SELECT substr(key, 1, instr(key, {All}) - 1), count(*), total(length(body)) FROM answers GROUP BY 1
            UNION ALL SELECT {All}, count(*), total(length(body)) FROM answers
            ORDER BY 1 LIMIT iif((SELECT count(*) FROM callers) = 0, -1, 0);
        CREATE TRIGGER IF NOT EXISTS answers_taken AFTER INSERT ON answers BEGIN
            INSERT INTO callers VALUES (substr(new.key, 1, instr(new.key, {All}) - 1), 1, 0), ({All}, 1, 0)
                ON CONFLICT(caller) DO UPDATE SET keys = keys + 1;
        END;
        CREATE TRIGGER IF NOT EXISTS answers_kept AFTER UPDATE OF body ON answers BEGIN
            UPDATE callers SET bytes = bytes + coalesce(length(new.body), 0) - coalesce(length(old.body), 0)
                WHERE caller IN (substr(new.key, 1, instr(new.key, {All}) - 1), {All});
        END;
        CREATE TRIGGER IF NOT EXISTS answers_dropped AFTER DELETE ON answers BEGIN
            UPDATE callers SET keys = keys - 1, bytes = bytes - coalesce(length(old.body), 0)
                WHERE caller IN (substr(old.key, 1, instr(old.key, {All}) - 1), {All});
            DELETE FROM callers WHERE caller = substr(old.key, 1, instr(old.key, {All}) - 1) AND keys = 0;
        END;
        COMMIT;
        """;

    private const string All = "char(10)";

    private readonly Database database;

    /// <exception cref="ConfigurationException">The file cannot be opened, or is damaged.</exception>
    public AnswerFile(string path)
    {
        try
        {
            DataFiles.Make(path, Schema);
            database = At(path).Open();
            database.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
            Check(database);
            database.Execute(Counting);
        }
        catch (Exception failure) when (failure is DatabaseException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            database?.Dispose();
            throw DataFiles.Refusal("The store of idempotency answers", path, failure);
        }
    }

    /// <summary>Checks a whole file for damage.</summary>
    public static bool IsDamaged(string path)
    {
        try
        {
            DataFiles.Check(path);
            using var database = At(path).Open();
            Check(database);
            return database.Scalar("PRAGMA integrity_check(1)") as string != "ok";
        }
        catch (Exception damage) when (DataFiles.IsDamage(damage))
        {
            return true;
        }
    }

    /// <summary>Begins a transaction.</summary>
    /// <exception cref="DatabaseException">It cannot begin.</exception>
    public DatabaseTransaction Begin() => database.Begin();

    /// <summary>What is kept of a key; null if it was not used.</summary>
    public KnownKey? Find(string key)
    {
        using var row = database.Query("SELECT request, status, type, location, body FROM answers WHERE key = $key", ("$key", key));
        if (!row.Next())
        {
            return null;
        }

        var answer = row.IsNull(1) ? null : new KeptAnswer((int)row.Number(1), row.TextOrNull(2), row.TextOrNull(3), row.Bytes(4));
        return new KnownKey(row.Bytes(0), answer, UnderWay: false);
    }

    /// <summary>Writes a key down, whose request has no answer yet.</summary>
    public void Add(string key, byte[] request, long at) =>
        database.Execute("INSERT INTO answers(key, request, at) VALUES ($key, $request, $at)", ("$key", key), ("$request", request), ("$at", at));

    /// <summary>Keeps a key's answer.</summary>
    public void Keep(string key, KeptAnswer answer) => database.Execute(
        "UPDATE answers SET status = $status, type = $type, location = $location, body = $body WHERE key = $key",
        ("$key", key), ("$status", answer.Status), ("$type", answer.ContentType), ("$location", answer.Location), ("$body", answer.Body));

    /// <summary>Removes a key.</summary>
    public void Remove(string key) => database.Execute("DELETE FROM answers WHERE key = $key", ("$key", key));

    /// <summary>Removes the keys that were used before a time, and takes a time that is still to come for now. Times are in ticks.</summary>
    public void RemoveBefore(long time, long now)
    {
        database.Execute("UPDATE answers SET at = $now WHERE at > $now", ("$now", now));
        database.Execute("DELETE FROM answers WHERE at < $at", ("$at", time));
    }

    /// <summary>How many keys are kept, and bytes of answers.</summary>
    /// <param name="caller">The caller's; null for all.</param>
    public (long Keys, long Bytes) Kept(string? caller)
    {
        using var row = database.Query($"SELECT keys, bytes FROM callers WHERE caller = coalesce($caller, {All})", ("$caller", caller));
        return row.Next() ? (row.Number(0), row.Number(1)) : default;
    }

    public void Dispose() => database.Dispose();

    private static DatabaseFile At(string path) => new(path) { Patience = TimeSpan.FromSeconds(4) };

    private static void Check(Database database)
    {
        if (database.Number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'answers'") != 1)
        {
            throw new InvalidDataException("it is not a store of idempotency answers");
        }
    }
}
