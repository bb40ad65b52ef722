using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace QmpGateway.Qmp;

/// <summary>File attributes that .NET does not provide: whether a path is a socket, its identity, and its owner.</summary>
internal readonly partial record struct UnixFile
{
    /// <summary>True for a socket.</summary>
    public bool IsSocket { get; private init; }

    /// <summary>True for a symbolic link. Only <see cref="LookAtLink"/> reports links.</summary>
    public bool IsLink { get; private init; }

    /// <summary>Identifies the file. A file that is created later at the same path has another identity.</summary>
    public string Identity { get; private init; }

    /// <summary>Identifies the file or directory, even if its content changes. One that is created later at the same path has another value.</summary>
    public string Birth { get; private init; }

    /// <summary>The id of the user who owns the file.</summary>
    public uint Owner { get; private init; }

    /// <summary>The number of hard links.</summary>
    public uint Links { get; private init; }

    /// <summary>The permissions.</summary>
    public UnixFileMode Mode { get; private init; }

    /// <summary>When the content or the attributes last changed (ctime), rounded down to 100 ns. No process can set this time.</summary>
    public DateTimeOffset Changed { get; private init; }

    /// <summary>Reads the attributes of a path, and follows links. Returns null if the file does not exist or may not be seen.</summary>
    public static UnixFile? Look(string path) => Look(path, 0);

    /// <summary>Reads the attributes of a path, without following a link. Returns null if the file does not exist or may not be seen.</summary>
    public static UnixFile? LookAtLink(string path) => Look(path, Statx.NoFollow);

    private static UnixFile? Look(string path, int flags)
    {
        Span<byte> found = stackalloc byte[Statx.Size];
        if (Statx.Call(Statx.CurrentDirectory, path, flags, Statx.Wanted, found) != 0)
        {
            return null;
        }

        var mode = BinaryPrimitives.ReadUInt16LittleEndian(found[Statx.TypeAndMode..]);
        var inode = BinaryPrimitives.ReadUInt64LittleEndian(found[Statx.Inode..]);
        // A socket's modification time is set when it is bound. Using the socket does not change it.
        var seconds = BinaryPrimitives.ReadInt64LittleEndian(found[Statx.Modified..]);
        var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(found[(Statx.Modified + 8)..]);
        // A freed inode is reused for the next file. If the file system has no birth times, this part is zero.
        var birth = Convert.ToHexString(found.Slice(Statx.Birth, Statx.TimeSize));
        var device = BinaryPrimitives.ReadUInt64LittleEndian(found[Statx.Device..]);
        return new UnixFile
        {
            IsSocket = (mode & 0xF000) == 0xC000,
            IsLink = (mode & 0xF000) == 0xA000,
            Identity = $"{inode}:{seconds}.{nanoseconds}",
            Birth = $"{device}:{inode}:{birth}",
            Changed = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(found[Statx.Changed..]))
                .AddTicks(BinaryPrimitives.ReadUInt32LittleEndian(found[(Statx.Changed + 8)..]) / 100),
            Links = BinaryPrimitives.ReadUInt32LittleEndian(found[Statx.LinkCount..]),
            Owner = BinaryPrimitives.ReadUInt32LittleEndian(found[Statx.User..]),
            Mode = (UnixFileMode)(mode & 0xFFF),
        };
    }

    /// <summary>statx(2). Its structure is the same on every architecture, unlike that of stat(2).</summary>
    private static partial class Statx
    {
        public const int Size = 256;
        public const int LinkCount = 16;
        public const int User = 20;
        public const int TypeAndMode = 28;
        public const int Inode = 32;
        public const int Birth = 80;
        public const int Changed = 96;
        public const int Modified = 112;
        public const int TimeSize = 12; // seconds and nanoseconds
        public const int Device = 136; // major and minor number
        public const int CurrentDirectory = -100; // AT_FDCWD
        public const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
        public const uint Wanted = 0x1 | 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x100 | 0x800; // STATX_TYPE, _MODE, _NLINK, _UID, _MTIME, _CTIME, _INO, _BTIME

        [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
        public static partial int Call(int directory, string path, int flags, uint mask, Span<byte> found);
    }
}
