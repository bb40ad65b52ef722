using System.IO.Hashing;
using System.Runtime.InteropServices;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>What the journal knows of its ids apart from its entries: one page on disk, written as a whole.</summary>
internal sealed record IdRecord
{
    /// <summary>The page's size. Written in place, it needs no space on a disk that is full.</summary>
    public const int Size = 4096;

    /// <summary>How many gaps there may be. Past that, the oldest two become one: cursors between them expire too early, never too late.</summary>
    public const int MaxGaps = 200;

    // "QMP ids1"
    private const long Format = 0x31736469_20504D51;
    private const int FirstGap = 16;

    /// <summary>Whether the journal was closed, and nothing was given out after this.</summary>
    public bool Clean { get; init; }

    /// <summary>The newest entry that was shown; once closed, the newest id that was given.</summary>
    public long Last { get; init; }

    /// <summary>When that entry was received.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>No greater id was given.</summary>
    public long Reserved { get; init; }

    /// <summary>Which start of the system this was written in: what is in its memory survives a crash of the gateway, and nothing else.</summary>
    public Guid Boot { get; init; }

    /// <summary>Which file this was written to: a copy of it is another.</summary>
    public long File { get; init; }

    /// <summary>When this was written, by the clock of the file's own times.</summary>
    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>Where SQLite's log ended.</summary>
    public LogPosition Log { get; init; }

    /// <summary>The ids that were skipped, oldest first.</summary>
    public IReadOnlyList<IdGap> Gaps { get; init; } = [];

    /// <summary>The last id that was skipped; 0 where none was.</summary>
    public long Skipped => Gaps is [.., var newest] ? newest.UpTo : 0;

    /// <summary>Writes a page.</summary>
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

    /// <summary>Reads a page; null where it is not what was written.</summary>
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

    /// <summary>The gaps with another one, which may make one of an earlier attempt longer.</summary>
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

/// <summary>Ids that are given to nothing that is kept: as cursors they are expired.</summary>
/// <param name="After">The newest entry before them.</param>
/// <param name="UpTo">The last of them.</param>
internal readonly record struct IdGap(long After, long UpTo);
