using System.IO.Hashing;
using System.Text;
using Gateway.Data;
using Gateway.Data.Sqlite;
using Gateway.Journal.Sqlite;
using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>
/// Keeps an id from being given twice, whatever becomes of the journal's other files. Its file says how far ids are reserved, which is synced once
/// for many, and which entry was shown last, which is only handed to the system: that survives a crash of the gateway and costs no sync.
/// </summary>
internal sealed class JournalIds : IDisposable
{
    /// <summary>How many ids are reserved at a time.</summary>
    public const int Ahead = 65_536;

    // Between taking the time and the file's getting it. A file that was copied over with an older one was changed later than its content says.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private static readonly Guid Boot = Guid.TryParse(Text("/proc/sys/kernel/random/boot_id"), out var id) ? id : Guid.NewGuid();

    private readonly string path;
    private readonly LogIndex log;
    private readonly byte[] page = new byte[IdRecord.Size];
    private FileStream? file;
    private long identity;
    private IdRecord record;

    /// <param name="store">The journal, which has recovered what its log held.</param>
    /// <param name="used">Whether there was a journal here before, as far as others know.</param>
    /// <param name="time">The clock, which no journal outruns.</param>
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
            // Until those who are to know of a loss are told, the next start finds it too.
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
            // The first entry to be written tries again, and waits for it.
        }
    }

    /// <summary>The newest entry that is kept, or was until it grew old.</summary>
    public long Last { get; }

    /// <summary>The greatest id that may have been given.</summary>
    public long Floor { get; }

    /// <summary>Whether the file of ids is the one that the journal was last written with.</summary>
    public bool IsKnown { get; }

    /// <summary>Entries that were shown, or taken, and are not there any more; null where all are.</summary>
    public LostEntries? Lost { get; }

    /// <summary>The file of a journal's ids.</summary>
    public static string PathOf(string database) => Path.ChangeExtension(database, ".ids");

    /// <summary>The microseconds since 1970: an id that no journal has counted to, at less than a million entries a second.</summary>
    public static long Clock(DateTimeOffset now) => now.ToUnixTimeMilliseconds() * 1000;

    /// <summary>Tells a file from its copies.</summary>
    public static long IdentityOf(string path) => UnixFile.Look(path) is { } file ? (long)XxHash3.HashToUInt64(Encoding.ASCII.GetBytes(file.Birth)) : 0;

    /// <summary>How far the ids of a journal are reserved; 0 where its file does not tell.</summary>
    public static long ReservedOf(string database) => ReadOf(PathOf(database))?.Reserved ?? 0;

    /// <summary>Notes that a journal is a new one, closed, all of whose ids are greater than those of before.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Renew(string database, long last)
    {
        var path = PathOf(database);
        using var file = Open(path, out var identity);
        Write(file, new IdRecord { Clean = true, Last = last, Reserved = last, File = identity }, new byte[IdRecord.Size], sync: true);
    }

    /// <summary>Whether a cursor is in a gap: of an entry that is lost, or of none.</summary>
    public bool IsGone(long cursor) => cursor > 0 && record.Gaps.Any(gap => cursor > gap.After && cursor <= gap.UpTo);

    /// <summary>Makes sure that an id may be given.</summary>
    /// <exception cref="IOException">It cannot be reserved.</exception>
    public void Reserve(long id)
    {
        if (id <= record.Reserved)
        {
            return;
        }

        Write(record with { Reserved = id + Ahead }, sync: true);
    }

    /// <summary>Notes the newest entry that is committed, before anybody is shown it.</summary>
    /// <exception cref="IOException">It cannot be noted.</exception>
    public void Show(long id, DateTimeOffset receivedAt) => Write(record with { Last = id, LastAt = receivedAt, Log = log.Read() }, sync: false);

    /// <summary>Notes that no other id will be given.</summary>
    /// <param name="given">The newest one.</param>
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
            // The next start takes it for a crash.
        }
    }

    public void Dispose()
    {
        file?.Dispose();
        file = null;
        log.Dispose();
    }

    private bool IsWhole(JournalStore store, IdRecord before, LogPosition position) =>
        // Where the log is not the one it was, another program may have copied it into the database; or it is lost, in the middle of that.
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
