using System.Buffers.Binary;
using System.Globalization;
using Gateway.Settings;
using Microsoft.Data.Sqlite;

namespace Gateway.Data;

/// <summary>The SQLite files of the data directory: made whole, and refused in words that say what to do.</summary>
internal static class DataFiles
{
    /// <summary>The command line's option that moves damaged files aside: a switch without a value, which the configuration does not know.</summary>
    public const string RepairOption = "--journal-repair";

    private const int SqliteBusy = 5;
    private const int SqliteReadOnly = 8;
    private const int SqliteCorrupt = 11;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;
    private const int SqliteNotADatabase = 26;

    // What SQLite keeps beside a database.
    private static readonly string[] Beside = ["", "-wal", "-shm"];

    /// <summary>
    /// Makes a database where there is none. It gets its name once it is whole: an empty file of that name is a damaged one, never one
    /// that was just begun.
    /// </summary>
    /// <exception cref="InvalidDataException">What is there is damaged in a way that SQLite would not see, or not say.</exception>
    public static void Make(string path, string schema)
    {
        if (Path.Exists(path))
        {
            Check(path);
            return;
        }

        if (All(path).Any(File.Exists))
        {
            // The database itself is lost. SQLite would copy what is left of its log into the new one.
            MoveAside(path, TimeProvider.System.GetUtcNow());
        }

        var next = path + ".new";
        File.Delete(next);
        DataDirectory.MakeFile(next);
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = next, Pooling = false }.ToString()))
        {
            connection.Open();
            using var create = connection.CreateCommand();
            create.CommandText = schema;
            create.ExecuteNonQuery();
        }

        File.Move(next, path);
        SyncDirectory(path);
    }

    /// <summary>Looks for damage that SQLite takes for an empty database, for a fault of the disk, or for nothing at all.</summary>
    /// <exception cref="InvalidDataException">There is some.</exception>
    public static void Check(string path)
    {
        if (All(path).FirstOrDefault(Directory.Exists) is { } directory)
        {
            throw new InvalidDataException($"{directory} is a directory");
        }

        // The header's page size and, big-endian as all of it, number of pages. A checkpoint writes the header first, so that one which did not
        // get to its end leaves a file that is too short, and the rest in the log.
        var header = new byte[32];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            throw new InvalidDataException($"it has {file.Length} bytes");
        }

        var pageSize = (header[16] << 8) | header[17];
        pageSize = pageSize == 1 ? 65_536 : pageSize;
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(28));
        if (file.Length < pages * (long)pageSize && !WriteAheadLog.Holds(path, (uint)(file.Length / pageSize) + 1, pages, pageSize))
        {
            throw new InvalidDataException($"it has {file.Length} bytes of {pages * (long)pageSize}");
        }
    }

    /// <summary>Whether a failure tells of a file's content, and not of the disk.</summary>
    public static bool IsDamage(Exception failure) =>
        failure is InvalidDataException or SqliteException { SqliteErrorCode: SqliteCorrupt or SqliteNotADatabase };

    /// <summary>What an operator can do about a failure.</summary>
    public static string Advice(Exception failure) => failure switch
    {
        _ when IsDamage(failure) => $"start with {RepairOption}, which moves it aside, deletes nothing, and goes on with a new one",
        SqliteException { SqliteErrorCode: SqliteFull } => "free space on the disk of Gateway:DataDirectory",
        SqliteException { SqliteErrorCode: SqliteBusy } => "another program holds the file; end it",
        SqliteException { SqliteErrorCode: SqliteReadOnly or SqliteCannotOpen } or UnauthorizedAccessException => "make Gateway:DataDirectory writable",
        IAdvice known => known.Advice,
        _ => "see to the disk of Gateway:DataDirectory: free space there, make it writable, or replace it",
    };

    /// <summary>What happened, and what can be done.</summary>
    public static string Describe(Exception failure) => $"{failure.Message.TrimEnd('.')}: {Advice(failure)}";

    /// <summary>Why the gateway does not start.</summary>
    public static ConfigurationException Refusal(string what, string path, Exception failure) =>
        new($"{what} {path} {(IsDamage(failure) ? "is damaged" : "cannot be opened")} ({failure.Message.TrimEnd('.')}): {Advice(failure)}");

    /// <summary>A database, and what SQLite keeps beside it.</summary>
    public static IEnumerable<string> All(string path) => Beside.Select(suffix => path + suffix);

    /// <summary>Gives a file, and what SQLite keeps beside it, a name that says when it was found damaged; answers that name.</summary>
    public static string MoveAside(string path, DateTimeOffset now)
    {
        var aside = path + now.UtcDateTime.ToString("'.damaged-'yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);
        foreach (var suffix in Beside)
        {
            if (Directory.Exists(path + suffix))
            {
                Directory.Move(path + suffix, aside + suffix);
            }
            else if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, aside + suffix);
            }
        }

        SyncDirectory(path);
        return aside;
    }

    /// <summary>Puts the names in a file's directory on disk: a loss of power may undo a rename otherwise.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public static void SyncDirectory(string path)
    {
        using var directory = LibC.OpenDirectory(Path.GetDirectoryName(path)!);
        LibC.Sync(directory, path);
    }
}
