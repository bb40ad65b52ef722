using System.Collections.Concurrent;
using Gateway.Data;
using Gateway.Settings;
using Microsoft.Data.Sqlite;

namespace Gateway.Requests.Idempotency;

/// <summary>The file of the idempotency keys. One thread writes it, whatever waits in one transaction: no request's thread waits for the disk.</summary>
internal sealed class AnswerStore : IDisposable
{
    private const string Schema = """
        CREATE TABLE answers(
            key TEXT PRIMARY KEY, request BLOB NOT NULL, at INTEGER NOT NULL, status INTEGER, type TEXT, location TEXT, body BLOB) WITHOUT ROWID;
        CREATE INDEX answers_at ON answers(at);
        """;

    // How much each caller has kept, and all of them, under a name that no caller has. Triggers count, so that no crash and no failed write leaves
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

    private readonly BlockingCollection<Work> waiting = [];
    private readonly SqliteConnection connection;
    private readonly Thread thread;

    /// <exception cref="ConfigurationException">The file cannot be had, or is damaged.</exception>
    public AnswerStore(string path)
    {
        connection = Connect(path);
        try
        {
            DataFiles.Make(path, Schema);
            connection.Open();
            Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
            Check(connection);
            Execute(Counting);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            connection.Dispose();
            throw DataFiles.Refusal("the answers to requests with an idempotency key,", path, failure);
        }

        thread = new Thread(Run) { Name = "answers", IsBackground = true };
        thread.Start();
    }

    /// <summary>Whether a file is damaged, all of it.</summary>
    public static bool IsDamaged(string path)
    {
        try
        {
            DataFiles.Check(path);
            using var connection = Connect(path);
            connection.Open();
            Check(connection);
            using var check = connection.CreateCommand();
            check.CommandText = "PRAGMA integrity_check(1)";
            return check.ExecuteScalar() as string != "ok";
        }
        catch (Exception damage) when (DataFiles.IsDamage(damage))
        {
            return true;
        }
    }

    /// <summary>Does something with the file; on disk when the task ends.</summary>
    /// <exception cref="SqliteException">It could not be done, and was not.</exception>
    public async Task<T> DoAsync<T>(Func<T> what)
    {
        T result = default!;
        var work = new Work(() => result = what());
        waiting.Add(work);
        await work.Done.Task;
        return result;
    }

    /// <summary>Runs a statement; for <see cref="DoAsync"/>.</summary>
    public void Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    /// <summary>Makes a statement; for <see cref="DoAsync"/>.</summary>
    public SqliteCommand Command(string sql, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    /// <summary>How many keys are kept, and bytes of answers; for <see cref="DoAsync"/>.</summary>
    /// <param name="caller">The caller's; null for all.</param>
    public (long Keys, long Bytes) Kept(string? caller)
    {
        using var select = Command($"SELECT keys, bytes FROM callers WHERE caller = coalesce($caller, {All})", ("$caller", caller));
        using var row = select.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetInt64(1)) : default;
    }

    public void Dispose()
    {
        waiting.CompleteAdding();
        thread.Join();
        connection.Dispose();
        waiting.Dispose();
    }

    private static SqliteConnection Connect(string path) =>
        new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 4 }.ToString());

    private static void Check(SqliteConnection connection)
    {
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'answers'";
        if (count.ExecuteScalar() is not 1L)
        {
            throw new InvalidDataException("it holds no answers");
        }
    }

    private void Run()
    {
        foreach (var first in waiting.GetConsumingEnumerable())
        {
            var group = new List<Work> { first };
            while (waiting.TryTake(out var next))
            {
                group.Add(next);
            }

            Write(group);
        }
    }

    private void Write(List<Work> group)
    {
        try
        {
            using var transaction = connection.BeginTransaction();
            group.ForEach(static work => work.Do());
            transaction.Commit();
        }
        catch (Exception failure)
        {
            // Whoever waits for it sees to it.
            group.ForEach(work => work.Done.SetException(failure));
            return;
        }

        group.ForEach(static work => work.Done.SetResult());
    }

    private sealed record Work(Action Do)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
