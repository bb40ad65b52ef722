using Gateway.Data.Sqlite;

namespace Gateway.Journal.Sqlite;

/// <summary>The journal's tables.</summary>
internal static class JournalSchema
{
    private const long Version = 3;

    // In this version, rows had no checksum.
    private const long WithoutChecksums = 1;

    // In this version, there was no table with the last state of each VM.
    private const long WithoutStates = 2;

    // Measured: with SQLite's default of 4 KiB, an entry in a burst takes a quarter longer. A single entry takes 130 µs instead of 160 µs.
    private const int PageSize = 16 * 1024;

    /// <summary>The SQL that creates the tables.</summary>
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

    /// <summary>Checks that a file has the tables, and upgrades those of an older gateway.</summary>
    /// <exception cref="NewerJournalException">The file was written by a newer gateway.</exception>
    /// <exception cref="InvalidDataException">The file does not have the tables.</exception>
    /// <exception cref="DatabaseException">The tables cannot be upgraded.</exception>
    public static void Upgrade(Database database)
    {
        if (Check(database) is var version and <= WithoutStates)
        {
            using var transaction = database.Begin();
            // Adding the column takes one commit, however many rows there are, because existing rows are not changed.
            var checksums = version == WithoutChecksums ? "ALTER TABLE events ADD COLUMN checksum INTEGER;" : "";
            database.Execute($"{checksums} {JournalStates.Create} PRAGMA user_version={Version}");
            transaction.Commit();
        }
    }

    /// <summary>Returns the start of a query whose rows <see cref="EntryOf"/> can read. It also works with older versions without upgrading them. More columns may follow.</summary>
    /// <inheritdoc cref="Check"/>
    public static string SelectOf(Database database) =>
        $"SELECT id, vm, event, envelope, {(Check(database) == WithoutChecksums ? "NULL" : "checksum")}";

    /// <summary>Returns the entry of a row; null if it is damaged.</summary>
    public static JournalEntry? EntryOf(DatabaseRows row) =>
        row.Value(1) is string vm && row.Value(2) is string name && row.Value(3) is byte[] envelope
        && new JournalEntry(row.Number(0), vm, name, envelope) is var entry && entry.IsWhole(row.Value(4) as long? ?? 0) ? entry : null;

    /// <summary>Checks the file. Returns the version of its format.</summary>
    /// <exception cref="NewerJournalException">The file was written by a newer gateway.</exception>
    /// <exception cref="InvalidDataException">The file does not have the tables.</exception>
    private static long Check(Database database)
    {
        var version = database.Number("PRAGMA user_version") ?? 0;
        if (version > Version)
        {
            throw new NewerJournalException($"it was written by a newer gateway: its format is {version}, and this gateway supports formats up to {Version}");
        }

        if (version < WithoutChecksums || database.Number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('events', 'trimmed')") != 2)
        {
            throw new InvalidDataException("it is not a journal");
        }

        return version;
    }
}
