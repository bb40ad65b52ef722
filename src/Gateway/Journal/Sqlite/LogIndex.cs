using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Journal.Sqlite;

/// <summary>
/// How far SQLite's write-ahead log reaches, as its index tells (https://www.sqlite.org/walformat.html). SQLite takes a log that was cut or damaged for one
/// that ends earlier, and says nothing.
/// </summary>
internal sealed class LogIndex : IDisposable
{
    private const int NumberOfFrames = 16;
    private const int Salts = 32;
    private const int HeaderSize = 48;

    // Open for as long as the database is: closing any descriptor of a file releases all locks of the process on it, SQLite's too.
    private readonly SafeFileHandle? file;

    /// <param name="database">A database that is open, and stays so for longer than this.</param>
    public LogIndex(string database)
    {
        // There is none where the file system cannot share memory: SQLite then keeps no log.
        var path = database + "-shm";
        file = File.Exists(path) ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
    }

    /// <summary>Where the log ends. To be called by the one thread that writes to the database.</summary>
    public LogPosition Read()
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        return file is null || RandomAccess.Read(file, header, 0) < HeaderSize
            ? default
            : new LogPosition(BinaryPrimitives.ReadUInt64BigEndian(header[Salts..]), MemoryMarshal.Read<uint>(header[NumberOfFrames..]));
    }

    public void Dispose() => file?.Dispose();
}

/// <summary>The end of a write-ahead log.</summary>
/// <param name="Salts">Tell one round of the log from the next. The first half grows by one with each round, the second is random.</param>
/// <param name="Frames">How many there are in this round; 0 where there is no log.</param>
internal readonly record struct LogPosition(ulong Salts, uint Frames)
{
    // More rounds than there are between two times at which a position was noted.
    private const uint MaxRounds = 1000;

    /// <summary>Whether a log that once ended at <paramref name="before"/> has lost nothing.</summary>
    public bool Reaches(LogPosition before) =>
        before.Frames == 0
        || (Salts == before.Salts ? Frames >= before.Frames : (uint)((Salts >> 32) - (before.Salts >> 32)) is >= 1 and <= MaxRounds);
}
