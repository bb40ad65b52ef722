using System.Buffers.Binary;
using System.Globalization;
using Gateway.Settings;

namespace Gateway.Data.Sqlite;

/// <summary>Creates and checks the SQLite files of the data directory, and describes their failures with advice.</summary>
internal static class DataFiles
{
    /// <summary>The command-line switch that moves damaged files aside. It has no value and is not a setting.</summary>
    public const string RepairOption = "--journal-repair";

    // The suffixes of the files that SQLite keeps for a database.
    private static readonly string[] Beside = ["", "-wal", "-shm"];

    /// <summary>
    /// Creates a database if it does not exist. The file gets its name when it is complete, so an empty file with this name is always a damaged one.
    /// </summary>
    /// <exception cref="InvalidDataException">The database exists, and is damaged in a way that SQLite would not detect or not report.</exception>
    public static void Make(string path, string schema)
    {
        if (Path.Exists(path))
        {
            Check(path);
            return;
        }

        if (All(path).Any(File.Exists))
        {
            // The database is lost, but not its log. SQLite would copy the log into the new database.
            MoveAside(path, TimeProvider.System.GetUtcNow());
        }

        var next = path + ".new";
        File.Delete(next);
        DataDirectory.MakeFile(next);
        using (var database = new DatabaseFile(next).Open())
        {
            database.Execute(schema);
        }

        File.Move(next, path);
        SyncDirectory(path);
    }

    /// <summary>Checks for damage that SQLite would ignore, treat as an empty database, or report as a disk error.</summary>
    /// <exception cref="InvalidDataException">The database is damaged.</exception>
    public static void Check(string path)
    {
        if (All(path).FirstOrDefault(Directory.Exists) is { } directory)
        {
            throw new InvalidDataException($"{directory} is a directory");
        }

        // The header has the page size and the number of pages, both big-endian. A checkpoint writes the header first: if it was interrupted, the file is
        // too short, and the missing pages are in the log.
        var header = new byte[32];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            throw new InvalidDataException($"the file has only {file.Length} bytes");
        }

        var pageSize = (header[16] << 8) | header[17];
        pageSize = pageSize == 1 ? 65_536 : pageSize;
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(28));
        if (file.Length < pages * (long)pageSize && !WriteAheadLog.Holds(path, (uint)(file.Length / pageSize) + 1, pages, pageSize))
        {
            throw new InvalidDataException($"the file has {file.Length} bytes instead of {pages * (long)pageSize}");
        }
    }

    /// <summary>Whether a failure means that the content of a file is damaged, rather than that the disk failed.</summary>
    public static bool IsDamage(Exception failure) =>
        failure is InvalidDataException or DatabaseException { IsDamage: true };

    /// <summary>Returns what an operator can do about a failure.</summary>
    public static string Advice(Exception failure) => failure switch
    {
        _ when IsDamage(failure) => $"Start the gateway with {RepairOption}, which moves the file aside, deletes nothing, and continues with a new one",
        DatabaseException { Fault: DatabaseFault.Full } => "Free space on the disk of Gateway:DataDirectory",
        DatabaseException { Fault: DatabaseFault.Busy } => "Another program is using the file. Stop that program",
        DatabaseException { Fault: DatabaseFault.ReadOnly or DatabaseFault.CannotOpen } or UnauthorizedAccessException => "Make Gateway:DataDirectory writable",
        IAdvice known => known.Advice,
        _ => "Check the disk of Gateway:DataDirectory: free space, make it writable, or replace it",
    };

    /// <summary>Describes what happened and what the operator can do.</summary>
    public static string Describe(Exception failure) => $"{failure.Message.TrimEnd('.')}. {Advice(failure)}.";

    /// <summary>Creates the exception that stops the gateway at startup.</summary>
    public static ConfigurationException Refusal(string what, string path, Exception failure) =>
        new($"{what} {path} {(IsDamage(failure) ? "is damaged" : "cannot be opened")} ({failure.Message.TrimEnd('.')}). {Advice(failure)}.");

    /// <summary>Returns the paths of a database and of the files that SQLite keeps for it.</summary>
    public static IEnumerable<string> All(string path) => Beside.Select(suffix => path + suffix);

    /// <summary>Renames a database and the files that SQLite keeps for it to a name with the time when it was found damaged. Returns the new name.</summary>
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

    /// <summary>Syncs the directory of a file to disk. Without this, a power loss may undo a rename.</summary>
    /// <exception cref="IOException">The directory cannot be synced.</exception>
    public static void SyncDirectory(string path)
    {
        using var directory = LibC.OpenDirectory(Path.GetDirectoryName(path)!);
        LibC.Sync(directory, path);
    }
}
