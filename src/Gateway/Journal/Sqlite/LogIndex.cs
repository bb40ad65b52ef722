using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Journal.Sqlite;

/// <summary>
/// Reads the end of SQLite's write-ahead log from its index (https://www.sqlite.org/walformat.html). This is needed because SQLite treats a truncated or
/// damaged log as one that ends earlier, and does not report it.
/// </summary>
internal sealed class LogIndex : IDisposable
{
    private const int NumberOfFrames = 16;
    private const int Salts = 32;
    private const int HeaderSize = 48;

    // Open as long as the database, because closing any descriptor of a file releases all locks of the process on it, including those of SQLite.
    private readonly SafeFileHandle? file;

    /// <param name="database">The path of an open database. It must stay open for longer than this object.</param>
    public LogIndex(string database)
    {
        // There is no index if the file system does not support shared memory. SQLite then does not use a log.
        var path = database + "-shm";
        file = File.Exists(path) ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
    }

    /// <summary>Returns the end of the log. Only for the thread that writes to the database.</summary>
    public LogPosition Read()
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        return file is null || RandomAccess.Read(file, header, 0) < HeaderSize
            ? default
            : new LogPosition(BinaryPrimitives.ReadUInt64BigEndian(header[Salts..]), MemoryMarshal.Read<uint>(header[NumberOfFrames..]));
    }

    public void Dispose() => file?.Dispose();
}
