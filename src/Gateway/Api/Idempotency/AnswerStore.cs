using System.Collections.Concurrent;
using Gateway.Configuration;
using Microsoft.Data.Sqlite;

namespace Gateway.Api.Idempotency;

/// <summary>The file of the idempotency keys. One thread writes it, whatever waits in one transaction: no request's thread waits for the disk.</summary>
internal sealed class AnswerStore : IDisposable
{
    private const string Schema = """
        CREATE TABLE answers(
            key TEXT PRIMARY KEY, request BLOB NOT NULL, at INTEGER NOT NULL, status INTEGER, type TEXT, location TEXT, body BLOB) WITHOUT ROWID;
        CREATE INDEX answers_at ON answers(at);
        """;

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
