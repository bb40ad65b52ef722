using Microsoft.Data.Sqlite;

namespace Gateway.Data.Sqlite;

/// <summary>A transaction: everything in it is written, or nothing.</summary>
internal sealed class DatabaseTransaction(SqliteTransaction transaction) : IDisposable
{
    /// <summary>Writes everything; on disk when it returns, if the database is synchronous.</summary>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public void Commit() => DatabaseException.Guard(transaction.Commit);

    public void Dispose() => DatabaseException.Guard(transaction.Dispose);
}
