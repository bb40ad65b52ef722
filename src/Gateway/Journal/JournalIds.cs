using System.IO.Hashing;
using System.Text;
using Gateway.Data;
using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>
/// Prevents an id from being assigned twice, whatever happens to the journal's other files. Its file stores up to which id ids are reserved, which is synced
/// once for many ids. It also stores the newest entry that readers could see. This is not synced, so it survives a crash of the gateway, but not a power
/// loss.
/// </summary>
internal sealed class JournalIds : IDisposable
{
    /// <summary>How many ids are reserved at a time.</summary>
    public const int Ahead = 65_536;

    // The time between reading the clock and writing the file. If an older copy of the file was put in place, the file was changed later than its content says.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private static readonly Guid Boot = Guid.TryParse(Text("/proc/sys/kernel/random/boot_id"), out var id) ? id : Guid.NewGuid();

    private readonly string path;
    private readonly LogIndex log;
    private readonly byte[] page = new byte[IdRecord.Size];
    private FileStream? file;
    private long identity;
    private IdRecord record;

    /// <param name="store">The journal, after SQLite has recovered its log.</param>
    /// <param name="used">Whether there was a journal here before, according to the registry of VMs.</param>
    /// <param name="time">The clock. Ids never grow faster than it.</param>
    public JournalIds(JournalStore store, bool used, TimeProvider time)
    {
        path = PathOf(store.Path);
        var isNew = store.IsNew && !Path.Exists(path);
        if (Directory.Exists(path))
        {
            DataFiles.MoveAside(path, time.GetUtcNow());
        }

        Last = store.LastId();
        log = new LogIndex(store.Path);
        var position = log.Read();
        var before = ReadOf(path);
        var whole = before is null ? !(isNew && used) : IsWhole(store, before, position);
        IsKnown = (isNew && !used) || (before is not null && IsOwn(before) && Last <= before.Reserved);
        Floor = IsKnown && whole && (before is null || (before.Clean ? before.Last == Last : before.Boot == Boot))
            ? Math.Max(Last, before?.Skipped ?? 0)
            : Math.Max(Math.Max(Last, before?.Reserved ?? 0), IsKnown ? 0 : Clock(time.GetUtcNow()));
        Lost = whole ? null : LostEntries.Between(store, before?.Last > Last ? before.LastAt : null);
        record = new IdRecord
        {
            // Until the VMs have an event that reports the loss, the next start must detect the loss again.
            Last = whole || !used ? Last : Math.Max(before?.Last ?? 0, Last + 1),
            LastAt = before?.LastAt,
            Reserved = Floor,
            Log = position,
            Gaps = Floor > Last ? IdRecord.With(before?.Gaps ?? [], new IdGap(Last, Floor)) : before?.Gaps ?? [],
        };
        try
        {
            Reserve(Floor + 1);
        }
        catch (IOException)
        {
            // The first entry to be written retries and waits for it.
        }
    }

    /// <summary>The newest entry ever stored, including dropped ones.</summary>
    public long Last { get; }

    /// <summary>The greatest id that may have been assigned.</summary>
    public long Floor { get; }

    /// <summary>Whether the file of ids belongs to the current state of the journal.</summary>
    public bool IsKnown { get; }

    /// <summary>The entries that were visible or appended and no longer exist; null if there are none.</summary>
    public LostEntries? Lost { get; }

    /// <summary>Returns the path of the file of a journal's ids.</summary>
    public static string PathOf(string database) => Path.ChangeExtension(database, ".ids");

    /// <summary>Returns the microseconds since 1970. No journal has reached this id, because it writes less than a million entries per second.</summary>
    public static long Clock(DateTimeOffset now) => now.ToUnixTimeMilliseconds() * 1000;

    /// <summary>Returns a number that distinguishes a file from its copies.</summary>
    public static long IdentityOf(string path) => UnixFile.Look(path) is { } file ? (long)XxHash3.HashToUInt64(Encoding.ASCII.GetBytes(file.Birth)) : 0;

    /// <summary>Returns up to which id the ids of a journal are reserved; 0 if this is unknown.</summary>
    public static long ReservedOf(string database) => ReadOf(PathOf(database))?.Reserved ?? 0;

    /// <summary>Writes the file for a new, closed journal whose ids are all greater than those of the previous one.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Renew(string database, long last)
    {
        var path = PathOf(database);
        using var file = Open(path, out var identity);
        Write(file, new IdRecord { Clean = true, Last = last, Reserved = last, File = identity }, new byte[IdRecord.Size], sync: true);
    }

    /// <summary>Whether a cursor is in a gap: its entry is lost or never existed.</summary>
    public bool IsGone(long cursor) => cursor > 0 && record.Gaps.Any(gap => cursor > gap.After && cursor <= gap.UpTo);

    /// <summary>Reserves ids up to at least the given one.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Reserve(long id)
    {
        if (id <= record.Reserved)
        {
            return;
        }

        Write(record with { Reserved = id + Ahead }, sync: true);
    }

    /// <summary>Stores the newest committed entry, before it becomes visible to readers.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Show(long id, DateTimeOffset receivedAt) => Write(record with { Last = id, LastAt = receivedAt, Log = log.Read() }, sync: false);

    /// <summary>Stores that no more ids will be assigned.</summary>
    /// <param name="given">The newest assigned id.</param>
    public void End(long given)
    {
        try
        {
            if (file is not null)
            {
                Write(record with { Clean = true, Last = Math.Max(given, record.Last), Reserved = Math.Max(given, Floor) }, sync: true);
            }
        }
        catch (IOException)
        {
            // The next start treats this as a crash.
        }
    }

    public void Dispose()
    {
        file?.Dispose();
        file = null;
        log.Dispose();
    }

    private bool IsWhole(JournalStore store, IdRecord before, LogPosition position) =>
        // If the log has changed, another program may have copied it into the database, or it was lost during a checkpoint.
        Last >= before.Last && (before.Clean || position.Reaches(before.Log) || LostEntries.AreNone(store, before.Skipped, Last));

    private bool IsOwn(IdRecord found) =>
        UnixFile.Look(path) is { } now && IdentityOf(path) == found.File && (now.Changed - found.WrittenAt).Duration() < Tolerance;

    private void Write(IdRecord next, bool sync)
    {
        try
        {
            file ??= Open(path, out identity);
            record = Write(file, next with { File = identity }, page, sync);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var name = Path.GetFileName(path);
            throw new IOException($"{name} cannot be written: {failure.Message.Replace(path, name, StringComparison.Ordinal)}", failure);
        }
    }

    private static IdRecord Write(FileStream file, IdRecord next, byte[] page, bool sync)
    {
        next = next with { Boot = Boot, WrittenAt = TimeProvider.System.GetUtcNow() };
        next.Write(page);
        RandomAccess.Write(file.SafeFileHandle, page, 0);
        if (sync)
        {
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }

        return next;
    }

    private static FileStream Open(string path, out long identity)
    {
        var file = DataDirectory.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite);
        identity = IdentityOf(path);
        DataFiles.SyncDirectory(path);
        return file;
    }

    private static IdRecord? ReadOf(string path)
    {
        try
        {
            Span<byte> page = stackalloc byte[IdRecord.Size];
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return IdRecord.Read(page[..RandomAccess.Read(file, page, 0)]);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }


    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
