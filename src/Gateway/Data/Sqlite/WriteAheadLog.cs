using System.Buffers.Binary;

namespace Gateway.Data.Sqlite;

/// <summary>Reads the write-ahead log of an SQLite database (https://www.sqlite.org/fileformat2.html#the_write_ahead_log).</summary>
internal static class WriteAheadLog
{
    private const int HeaderSize = 32;
    private const int FrameHeaderSize = 24;

    /// <summary>Whether the log of a database contains all pages of a range.</summary>
    public static bool Holds(string database, uint first, uint last, int pageSize)
    {
        if (!File.Exists(database + "-wal"))
        {
            return false;
        }

        using var log = new FileStream(database + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (last - first >= log.Length / (FrameHeaderSize + pageSize))
        {
            return false;
        }

        var missing = new HashSet<uint>();
        for (var page = first; page <= last; page++)
        {
            missing.Add(page);
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        if (log.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize)
        {
            return false;
        }

        // The log is reused after a checkpoint. Frames from before that have other salts.
        var salts = header.Slice(16, 8).ToArray();
        Span<byte> frame = stackalloc byte[FrameHeaderSize];
        while (missing.Count > 0 && log.ReadAtLeast(frame, FrameHeaderSize, throwOnEndOfStream: false) == FrameHeaderSize && frame.Slice(8, 8).SequenceEqual(salts))
        {
            missing.Remove(BinaryPrimitives.ReadUInt32BigEndian(frame));
            log.Seek(pageSize, SeekOrigin.Current);
        }

        return missing.Count == 0;
    }
}
