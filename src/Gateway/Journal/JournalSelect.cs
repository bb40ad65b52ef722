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
    // Readers that scan for rare entries give others a turn.
    private const int MaxScanned = 20_000;

    private readonly SqliteConnection connection;
    private readonly sqlite3 database;
    private readonly LargeEntries shared;
    private readonly sqlite3_stmt statement;
    private readonly sqlite3_stmt large;
    private readonly bool newestFirst;
    private string lastVm = "";
    private string lastName = "";

    /// <param name="connection">Closed with this, also where this fails.</param>
    /// <param name="shared">The large entries that others hold.</param>
    /// <param name="newestFirst">In which order it reads.</param>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
    public JournalSelect(SqliteConnection connection, LargeEntries shared, bool newestFirst)
    {
        (this.connection, this.shared, this.newestFirst) = (connection, shared, newestFirst);
        database = connection.Handle!;
        raw.sqlite3_busy_timeout(database, 1000 * connection.DefaultTimeout);
        // The length stands in the row: an envelope that is large is not read with it.
        var result = raw.sqlite3_prepare_v2(
            database,
            $"SELECT id, vm, event, iif(length(envelope) > {LargeEntries.Size}, NULL, envelope), checksum FROM events WHERE id > ? AND id <= ? ORDER BY id {(newestFirst ? "DESC" : "ASC")} LIMIT ?",
            out statement);
        var largeResult = raw.sqlite3_prepare_v2(database, "SELECT envelope FROM events WHERE id = ?", out large);
        try
        {
            Check(result);
            Check(largeResult);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the entries after <paramref name="after"/> up to <paramref name="head"/>. The batch's cursor tells how far it looked: at most to
    /// <paramref name="head"/>, or, newest first, back to <paramref name="after"/>.
    /// </summary>
    /// <exception cref="SqliteException">The file cannot be read. This cannot be used any more.</exception>
    public JournalBatch Read(EventFilter filter, long after, long head, int limit)
    {
        raw.sqlite3_bind_int64(statement, 1, after);
        raw.sqlite3_bind_int64(statement, 2, head);
        raw.sqlite3_bind_int(statement, 3, MaxScanned);
        var batch = Select(filter, after, head, limit);
        // Lets the rows go, and with them the state of the file that they are of.
        Check(raw.sqlite3_reset(statement));
        return batch;
    }

    public void Dispose()
    {
        statement.Dispose();
        large.Dispose();
        connection.Dispose();
    }

    private JournalBatch Select(EventFilter filter, long after, long head, int limit)
    {
        var found = new List<JournalEntry>();
        var size = 0L;
        var scanned = 0;
        var at = newestFirst ? head + 1 : after;
        for (; Step(statement); scanned++)
        {
            at = raw.sqlite3_column_int64(statement, 0) is var id && id > after && id <= head && (newestFirst ? id < at : id > at)
                ? id
                : throw new SqliteException($"entry {id} is not where it was written", raw.SQLITE_CORRUPT);
            var (vm, name) = (Text(1, ref lastVm), Text(2, ref lastName));
            if (!filter.Matches(vm, name))
            {
                continue;
            }

            var checksum = raw.sqlite3_column_int64(statement, 4);
            var envelope = raw.sqlite3_column_blob(statement, 3);
            var entry = envelope.Length > 0 ? Whole(id, vm, name, envelope, checksum) : Shared(id, vm, name, checksum);
            if (filter.Matches(entry))
            {
                if (!JournalBatch.Holds(ref size, entry))
                {
                    return new JournalBatch(found, found[^1].Id);
                }

                found.Add(entry);
                if (found.Count == limit)
                {
                    return new JournalBatch(found, id);
                }
            }
        }

        return new JournalBatch(found, scanned == MaxScanned ? at : newestFirst ? after : head);
    }

    private JournalEntry Shared(long id, string vm, string name, long checksum) => shared.Get(id, () => Large(id, vm, name, checksum));

    private JournalEntry Large(long id, string vm, string name, long checksum)
    {
        raw.sqlite3_bind_int64(large, 1, id);
        try
        {
            // Of the same state of the file as the row.
            return Whole(id, vm, name, Step(large) ? raw.sqlite3_column_blob(large, 0) : default, checksum);
        }
        finally
        {
            // Its own result repeats that of the step.
            _ = raw.sqlite3_reset(large);
        }
    }

    private static JournalEntry Whole(long id, string vm, string name, ReadOnlySpan<byte> envelope, long checksum) =>
        new JournalEntry(id, vm, name, envelope.ToArray()) is var entry && entry.IsWhole(checksum)
            ? entry
            : throw new SqliteException($"entry {id} is not what was written", raw.SQLITE_CORRUPT);

    private bool Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        Check(result);
        return result == raw.SQLITE_ROW;
    }

    /// <summary>A column's text. Neighbours are often alike: then they share it.</summary>
    private string Text(int column, ref string last)
    {
        // Its type is not looked at, since each call takes SQLite's lock: of a column that is no text, the checksum tells.
        var text = raw.sqlite3_column_blob(statement, column);
        return last = Ascii.Equals(text, last) ? last : Encoding.UTF8.GetString(text);
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
}
