using Microsoft.Data.Sqlite;

namespace Gateway.Data.Sqlite;

/// <summary>SQLite failed. Everything outside this folder knows this exception, and never SQLite's own.</summary>
/// <param name="message">What SQLite reports.</param>
/// <param name="fault">The kind of failure.</param>
/// <param name="cause">SQLite's own exception.</param>
internal sealed class DatabaseException(string message, DatabaseFault fault, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The kind of failure.</summary>
    public DatabaseFault Fault { get; } = fault;

    /// <summary>Whether the content of the file is damaged, as opposed to a failure of the disk.</summary>
    public bool IsDamage => Fault is DatabaseFault.Corrupt or DatabaseFault.NotADatabase;

    /// <summary>Calls SQLite, and turns its exception into this one.</summary>
    /// <exception cref="DatabaseException">SQLite failed.</exception>
    public static T Guard<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (SqliteException failure)
        {
            throw Of(failure);
        }
    }

    /// <inheritdoc cref="Guard{T}"/>
    public static void Guard(Action call)
    {
        try
        {
            call();
        }
        catch (SqliteException failure)
        {
            throw Of(failure);
        }
    }

    private static DatabaseException Of(SqliteException failure) => new(failure.Message, (DatabaseFault)failure.SqliteErrorCode, failure);
}
