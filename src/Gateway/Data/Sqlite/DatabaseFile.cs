using Microsoft.Data.Sqlite;

namespace Gateway.Data.Sqlite;

/// <summary>A database's file, and how it is opened. Opening never creates it: <see cref="DataFiles.Make"/> does.</summary>
/// <param name="Path">Its path.</param>
internal sealed record DatabaseFile(string Path)
{
    /// <summary>Whether nothing may be written, not even to what SQLite keeps beside the file.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Whether a connection that is closed is kept for the next one that is opened.</summary>
    public bool Pooled { get; init; }

    /// <summary>How long a command waits for other connections.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    private string ConnectionString => new SqliteConnectionStringBuilder
    {
        DataSource = Path,
        Mode = ReadOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
        Pooling = Pooled,
        DefaultTimeout = (int)Patience.TotalSeconds,
    }.ToString();

    /// <summary>Opens a connection.</summary>
    /// <exception cref="DatabaseException">It cannot be opened.</exception>
    public Database Open()
    {
        var connection = new SqliteConnection(ConnectionString);
        try
        {
            DatabaseException.Guard(connection.Open);
            return new Database(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Closes the connections that are kept for the next ones.</summary>
    public void ClearPool()
    {
        using var pool = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(pool);
    }
}
