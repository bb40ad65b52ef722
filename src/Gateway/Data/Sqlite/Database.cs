using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Data.Sqlite;

/// <summary>One connection to a database. It is for one thread at a time.</summary>
internal sealed class Database(SqliteConnection connection) : IDisposable
{
    /// <summary>How long a command waits for other connections.</summary>
    public TimeSpan Patience
    {
        get => TimeSpan.FromSeconds(connection.DefaultTimeout);
        set => connection.DefaultTimeout = (int)value.TotalSeconds;
    }

    /// <summary>Runs statements that return no rows.</summary>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public void Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        DatabaseException.Guard(command.ExecuteNonQuery);
    }

    /// <summary>The first column of a query's first row; null if there is no row.</summary>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public object? Scalar(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(sql, parameters);
        return DatabaseException.Guard(command.ExecuteScalar);
    }

    /// <summary>The number that a query returns; null if it returns none.</summary>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public long? Number(string sql, params (string Name, object? Value)[] parameters) => Scalar(sql, parameters) as long?;

    /// <summary>The rows of a query.</summary>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public DatabaseRows Query(string sql, params (string Name, object? Value)[] parameters) => new(Command(sql, parameters));

    /// <summary>Prepares a statement that runs often.</summary>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public Statement Prepare(string sql) => new(connection.Handle!, sql);

    /// <summary>Makes prepared statements wait for other connections as long as commands do. By default they do not wait.</summary>
    public void WaitInStatements() => _ = raw.sqlite3_busy_timeout(connection.Handle!, (int)Patience.TotalMilliseconds);

    /// <summary>Begins a transaction, which is rolled back when it is disposed before it is committed.</summary>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public DatabaseTransaction Begin() => new(DatabaseException.Guard(connection.BeginTransaction));

    public void Dispose() => connection.Dispose();

    private SqliteCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
