using System.Text;
using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>
/// Reads entries in order with statements that are prepared once, because preparing them took as long as reading the hundred entries of a batch. Not
/// thread-safe.
/// </summary>
internal sealed class JournalSelect : IDisposable
{
    // A reader that scans for rare entries returns after this many, to give others a turn.
    private const int MaxScanned = 20_000;

    private readonly Database database;
    private readonly LargeEntries shared;
    private readonly Statement statement;
    private readonly Statement large;
    private readonly bool newestFirst;
    private string lastVm = "";
    private string lastName = "";

    /// <param name="database">The database, which is closed with this object, even if the constructor fails.</param>
    /// <param name="shared">The large entries that are in use.</param>
    /// <param name="newestFirst">Whether to read backwards.</param>
    /// <exception cref="DatabaseException">The file cannot be read.</exception>
    public JournalSelect(Database database, LargeEntries shared, bool newestFirst)
    {
        (this.database, this.shared, this.newestFirst) = (database, shared, newestFirst);
        database.WaitInStatements();
        try
        {
            // SQLite knows the length without reading the envelope, so this does not read large envelopes.
            statement = database.Prepare(
                $"SELECT id, vm, event, iif(length(envelope) > {LargeEntries.Size}, NULL, envelope), checksum FROM events WHERE id > ? AND id <= ? ORDER BY id {(newestFirst ? "DESC" : "ASC")} LIMIT ?");
            large = database.Prepare("SELECT envelope FROM events WHERE id = ?");
        }
        catch
        {
            statement?.Dispose();
            database.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the entries after <paramref name="after"/> up to <paramref name="head"/>. The batch's cursor is the position that was
    /// reached: at most <paramref name="head"/>, or <paramref name="after"/> when reading backwards.
    /// </summary>
    /// <exception cref="DatabaseException">The file cannot be read. This object must not be used again.</exception>
    public JournalBatch Read(EventFilter filter, long after, long head, int limit)
    {
        statement.Bind(1, after);
        statement.Bind(2, head);
        statement.Bind(3, MaxScanned);
        var batch = Select(filter, after, head, limit);
        statement.Reset();
        return batch;
    }

    public void Dispose()
    {
        statement.Dispose();
        large.Dispose();
        database.Dispose();
    }

    private JournalBatch Select(EventFilter filter, long after, long head, int limit)
    {
        var found = new List<JournalEntry>();
        var size = 0L;
        var scanned = 0;
        var at = newestFirst ? head + 1 : after;
        for (; statement.Next(); scanned++)
        {
            at = statement.Number(0) is var id && id > after && id <= head && (newestFirst ? id < at : id > at)
                ? id
                : throw new DatabaseException($"entry {id} is missing where it was written", DatabaseFault.Corrupt);
            var (vm, name) = (Text(1, ref lastVm), Text(2, ref lastName));
            if (!filter.Matches(vm, name))
            {
                continue;
            }

            var checksum = statement.Number(4);
            var envelope = statement.Bytes(3);
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
        large.Bind(1, id);
        try
        {
            // The open statement holds a snapshot, so this reads the same state of the file as the row.
            return Whole(id, vm, name, large.Next() ? large.Bytes(0) : default, checksum);
        }
        finally
        {
            large.Release();
        }
    }

    private static JournalEntry Whole(long id, string vm, string name, ReadOnlySpan<byte> envelope, long checksum) =>
        new JournalEntry(id, vm, name, envelope.ToArray()) is var entry && entry.IsWhole(checksum)
            ? entry
            : throw new DatabaseException($"entry {id} differs from what was written", DatabaseFault.Corrupt);

    /// <summary>Returns the text of a column. If it is the same as in the previous row, returns the same string.</summary>
    private string Text(int column, ref string last)
    {
        // The type is not checked, because each call takes SQLite's lock. The checksum detects a column that is not text.
        var text = statement.Bytes(column);
        return last = Ascii.Equals(text, last) ? last : Encoding.UTF8.GetString(text);
    }
}
