using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>The journal's tables.</summary>
internal static class JournalSchema
{
    private const long Version = 3;

    // Rows had no checksum.
    private const long WithoutChecksums = 1;

    // The last state of each VM had to be looked for among all entries.
    private const long WithoutStates = 2;

    // Measured: of SQLite's usual 4 KiB, an entry in a burst takes a quarter longer. One that comes alone takes 30 µs less, of 160.
    private const int PageSize = 16 * 1024;

    /// <summary>Makes the tables.</summary>
    public static string Create { get; } = $"""
        PRAGMA page_size={PageSize};
        CREATE TABLE events(
            id INTEGER PRIMARY KEY, vm TEXT NOT NULL, event TEXT NOT NULL, received INTEGER NOT NULL, envelope BLOB NOT NULL,
            checksum INTEGER);
        CREATE TABLE trimmed(
            vm TEXT NOT NULL, event TEXT NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (vm, event)) WITHOUT ROWID;
        {JournalStates.Create}
        PRAGMA user_version={Version};
        """;

    /// <summary>Checks that a file has them, and makes those of an older gateway this one's.</summary>
    /// <exception cref="NewerJournalException">A newer gateway made it.</exception>
    /// <exception cref="InvalidDataException">It has not.</exception>
    /// <exception cref="DatabaseException">They cannot be changed.</exception>
    public static void Upgrade(Database database)
    {
        if (Check(database) is var version and <= WithoutStates)
        {
            using var transaction = database.Begin();
            // The column takes as long as one commit, however many rows there are: they have none.
            var checksums = version == WithoutChecksums ? "ALTER TABLE events ADD COLUMN checksum INTEGER;" : "";
            database.Execute($"{checksums} {JournalStates.Create} PRAGMA user_version={Version}");
            transaction.Commit();
        }
    }

    /// <summary>How a query begins whose rows <see cref="EntryOf"/> reads, of a file that stays as it is; more columns may follow.</summary>
    /// <inheritdoc cref="Check"/>
    public static string SelectOf(Database database) =>
        $"SELECT id, vm, event, envelope, {(Check(database) == WithoutChecksums ? "NULL" : "checksum")}";

    /// <summary>The entry of a row; null where it is not what was written.</summary>
    public static JournalEntry? EntryOf(DatabaseRows row) =>
        row.Value(1) is string vm && row.Value(2) is string name && row.Value(3) is byte[] envelope
        && new JournalEntry(row.Number(0), vm, name, envelope) is var entry && entry.IsWhole(row.Value(4) as long? ?? 0) ? entry : null;

    /// <summary>The file's format.</summary>
    /// <exception cref="NewerJournalException">A newer gateway made it.</exception>
    /// <exception cref="InvalidDataException">It has not the tables.</exception>
    private static long Check(Database database)
    {
        var version = database.Number("PRAGMA user_version") ?? 0;
        if (version > Version)
        {
            throw new NewerJournalException($"it was written by a newer gateway (format {version}, this one knows {Version})");
        }

        if (version < WithoutChecksums || database.Number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('events', 'trimmed')") != 2)
        {
            throw new InvalidDataException("it holds no journal");
        }

        return version;
    }
}
