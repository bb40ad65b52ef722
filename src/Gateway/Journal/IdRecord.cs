using System.IO.Hashing;
using System.Runtime.InteropServices;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>What the journal stores about its ids, in addition to its entries: one page on disk, which is always written as a whole.</summary>
internal sealed record IdRecord
{
    /// <summary>The size of the page. It is written in place, so it needs no space on a full disk.</summary>
    public const int Size = 4096;

    /// <summary>The maximum number of gaps. Beyond it, the oldest two are merged. Cursors between them then expire too early, but never too late.</summary>
    public const int MaxGaps = 200;

    // "QMP ids1"
    private const long Format = 0x31736469_20504D51;
    private const int FirstGap = 16;

    /// <summary>Whether the journal was closed. No ids were assigned after that.</summary>
    public bool Clean { get; init; }

    /// <summary>The newest entry that readers could see. After the journal was closed, the newest assigned id.</summary>
    public long Last { get; init; }

    /// <summary>When that entry was received.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>No greater id was assigned.</summary>
    public long Reserved { get; init; }

    /// <summary>The boot of the system in which this was written. Unsynced writes survive a crash of the gateway, but not a restart of the system.</summary>
    public Guid Boot { get; init; }

    /// <summary>Identifies the file that this was written to. A copy of the file has another identity.</summary>
    public long File { get; init; }

    /// <summary>When this was written, by the clock that the file system uses.</summary>
    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>The end of SQLite's log when this was written.</summary>
    public LogPosition Log { get; init; }

    /// <summary>The ranges of skipped ids, oldest first.</summary>
    public IReadOnlyList<IdGap> Gaps { get; init; } = [];

    /// <summary>The last skipped id; 0 if there is none.</summary>
    public long Skipped => Gaps is [.., var newest] ? newest.UpTo : 0;

    /// <summary>Writes the record to a page.</summary>
    public void Write(Span<byte> page)
    {
        page.Clear();
        var words = MemoryMarshal.Cast<byte, long>(page);
        words[1] = Format;
        words[2] = Clean ? 1 : 0;
        words[3] = Last;
        words[4] = LastAt?.UtcTicks ?? 0;
        words[5] = Reserved;
        Boot.TryWriteBytes(page[48..]);
        words[8] = File;
        words[9] = WrittenAt.UtcTicks;
        words[10] = (long)Log.Salts;
        words[11] = Log.Frames;
        words[12] = Gaps.Count;
        for (var i = 0; i < Gaps.Count; i++)
        {
            (words[FirstGap + (2 * i)], words[FirstGap + (2 * i) + 1]) = Gaps[i];
        }

        words[0] = Checksum(page);
    }

    /// <summary>Reads a page. Returns null if it is damaged.</summary>
    public static IdRecord? Read(ReadOnlySpan<byte> page)
    {
        var words = MemoryMarshal.Cast<byte, long>(page);
        return page.Length < Size || words[1] != Format || words[0] != Checksum(page) ? null : new IdRecord
        {
            Clean = words[2] != 0,
            Last = words[3],
            LastAt = words[4] == 0 ? null : new DateTimeOffset(words[4], TimeSpan.Zero),
            Reserved = words[5],
            Boot = new Guid(page.Slice(48, 16)),
            File = words[8],
            WrittenAt = new DateTimeOffset(words[9], TimeSpan.Zero),
            Log = new LogPosition((ulong)words[10], (uint)words[11]),
            Gaps = GapsOf(words.Slice(FirstGap, 2 * (int)words[12])),
        };
    }

    /// <summary>Returns the gaps with a new one. It replaces a gap that an earlier attempt has added.</summary>
    public static IReadOnlyList<IdGap> With(IReadOnlyList<IdGap> gaps, IdGap added)
    {
        IdGap[] all = [.. gaps.Where(gap => gap.After < added.After), added];
        return all.Length <= MaxGaps ? all : [new IdGap(all[0].After, all[1].UpTo), .. all[2..]];
    }

    private static IdGap[] GapsOf(ReadOnlySpan<long> words)
    {
        var gaps = new IdGap[words.Length / 2];
        for (var i = 0; i < gaps.Length; i++)
        {
            gaps[i] = new IdGap(words[2 * i], words[(2 * i) + 1]);
        }

        return gaps;
    }

    private static long Checksum(ReadOnlySpan<byte> page) => (long)XxHash3.HashToUInt64(page[8..]);
}

/// <summary>A range of ids without stored entries. Cursors in it are expired.</summary>
/// <param name="After">The newest entry before the range.</param>
/// <param name="UpTo">The last id of the range.</param>
internal readonly record struct IdGap(long After, long UpTo);
