using System.Buffers.Binary;

namespace Benchmarks.Load;

/// <summary>Takes the payload of a server's WebSocket frames out of the bytes between them (RFC 6455, section 5.2), however they are cut.</summary>
internal sealed class Frames
{
    private readonly byte[] header = new byte[10];
    private int headerLength;
    private long left;

    /// <summary>Hands on each piece of payload.</summary>
    public void Read(ReadOnlySpan<byte> bytes, Action<ReadOnlySpan<byte>> payload)
    {
        while (bytes.Length > 0)
        {
            if (left == 0)
            {
                header[headerLength++] = bytes[0];
                bytes = bytes[1..];
                var needed = headerLength < 2 ? 2 : header[1] switch { 126 => 4, 127 => 10, _ => 2 };
                if (headerLength == needed)
                {
                    left = needed switch
                    {
                        4 => BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)),
                        10 => BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(2)),
                        _ => header[1],
                    };
                    headerLength = 0;
                }

                continue;
            }

            var piece = bytes[..(int)Math.Min(left, bytes.Length)];
            payload(piece);
            left -= piece.Length;
            bytes = bytes[piece.Length..];
        }
    }
}
