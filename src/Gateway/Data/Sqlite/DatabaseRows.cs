using Microsoft.Data.Sqlite;

namespace Gateway.Data.Sqlite;

/// <summary>The rows of a query, one after the other.</summary>
internal sealed class DatabaseRows : IDisposable
{
    private readonly SqliteCommand command;
    private readonly SqliteDataReader reader;

    /// <param name="command">Disposed with this, also if this fails.</param>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public DatabaseRows(SqliteCommand command)
    {
        this.command = command;
        try
        {
            reader = DatabaseException.Guard(command.ExecuteReader);
        }
        catch
        {
            command.Dispose();
            throw;
        }
    }

    /// <summary>Goes to the next row; false if there is none.</summary>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public bool Next() => DatabaseException.Guard(reader.Read);

    /// <summary>Whether a column is NULL.</summary>
    public bool IsNull(int column) => reader.IsDBNull(column);

    /// <summary>A column's number.</summary>
    public long Number(int column) => reader.GetInt64(column);

    /// <summary>A column's text.</summary>
    public string Text(int column) => reader.GetString(column);

    /// <summary>A column's text; null if it is NULL.</summary>
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>A column's bytes.</summary>
    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    /// <summary>A column's value, whatever its type.</summary>
    public object Value(int column) => reader.GetValue(column);

    public void Dispose()
    {
        DatabaseException.Guard(reader.Dispose);
        command.Dispose();
    }
}
