using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Journal;

/// <summary>
/// The selection of entries in order, at the level of SQLite's own functions as <see cref="JournalInsert"/>, and prepared once: preparing took as long
/// as reading the hundred entries of a batch. One use at a time.
/// </summary>
internal sealed class JournalSelect : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private string lastVm = "";
    private string lastName = "";
    private string? vm;
    private string? name;

    /// <param name="connection">Closed with this, also where this fails.</param>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public JournalSelect(SqliteConnection connection)
    {
        this.connection = connection;
        database = connection.Handle!;
        raw.sqlite3_busy_timeout(database, 1000 * connection.DefaultTimeout);
        var result = raw.sqlite3_prepare_v2(database, "SELECT id, vm, event, envelope FROM events WHERE id > ? AND id <= ? ORDER BY id LIMIT ?", out statement);
        if (result != raw.SQLITE_OK)
        {
            using (this)
            {
                Check(result);
            }
        }
    }

    /// <summary>The row's id.</summary>
    public long Id { get; private set; }

    /// <summary>Selects rows after <paramref name="after"/>, up to <paramref name="upTo"/> and so many.</summary>
    public void Begin(long after, long upTo, int count)
    {
        raw.sqlite3_bind_int64(statement, 1, after);
        raw.sqlite3_bind_int64(statement, 2, upTo);
        raw.sqlite3_bind_int(statement, 3, count);
    }

    /// <summary>Goes to the next row; false where there is none.</summary>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public bool Read()
    {
        var result = raw.sqlite3_step(statement);
        Check(result);
        if (result != raw.SQLITE_ROW)
        {
            return false;
        }

        Id = raw.sqlite3_column_int64(statement, 0);
        vm = Text(1, lastVm);
        name = Text(2, lastName);
        (lastVm, lastName) = (vm ?? lastVm, name ?? lastName);
        return true;
    }

    /// <summary>Whether the row is one of the filter's, its payload not looked at. One that is not what was written may be any.</summary>
    public bool MayMatch(EventFilter filter) => vm is null || name is null || filter.Matches(vm, name);

    /// <summary>The row's entry; null where it is not what was written.</summary>
    public JournalEntry? Entry() =>
        vm is not null && name is not null && raw.sqlite3_column_type(statement, 3) == raw.SQLITE_BLOB
        && new JournalEntry(Id, vm, name, raw.sqlite3_column_blob(statement, 3).ToArray()) is var entry && entry.IsWhole()
            ? entry
            : null;

    /// <summary>Lets the rows go, and with them the state of the file that they are of.</summary>
    public void End() => _ = raw.sqlite3_reset(statement);

    public void Dispose()
    {
        statement.Dispose();
        connection.Dispose();
    }

    /// <summary>A column's text; null where it is none. Neighbours are often alike: then they share it.</summary>
    private string? Text(int column, string last)
    {
        if (raw.sqlite3_column_type(statement, column) != raw.SQLITE_TEXT)
        {
            return null;
        }

        var text = raw.sqlite3_column_blob(statement, column);
        return Ascii.Equals(text, last) ? last : Encoding.UTF8.GetString(text);
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
