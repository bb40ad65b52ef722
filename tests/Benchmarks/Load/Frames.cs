using System.Buffers.Binary;

namespace Benchmarks.Load;

/// <summary>Hands on a piece of payload.</summary>
internal delegate void Payload(ReadOnlySpan<byte> piece);

/// <summary>Takes the payload out of what frames it, however that is cut.</summary>
internal interface IFraming
{
    void Read(ReadOnlySpan<byte> bytes, Payload payload);
}

/// <summary>The frames of a server's WebSocket (RFC 6455, section 5.2).</summary>
internal sealed class Frames : IFraming
{
    private readonly byte[] header = new byte[10];
    private int headerLength;
    private long left;

    public void Read(ReadOnlySpan<byte> bytes, Payload payload)
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

/// <summary>The chunks of an answer without a length (RFC 9112, section 7.1).</summary>
internal sealed class Chunks : IFraming
{
    private int left;
    private int size;
    private bool inSize = true;

    public void Read(ReadOnlySpan<byte> bytes, Payload payload)
    {
        while (bytes.Length > 0)
        {
            if (!inSize)
            {
                var piece = bytes[..Math.Min(left, bytes.Length)];
                payload(piece);
                left -= piece.Length;
                inSize = left == 0;
                bytes = bytes[piece.Length..];
                continue;
            }

            var b = bytes[0];
            bytes = bytes[1..];
            if (b == '\n' && size > 0)
            {
                (left, size, inSize) = (size, 0, false);
            }
            else if (b is not ((byte)'\r' or (byte)'\n'))
            {
                size = (size * 16) + Convert.ToInt32(((char)b).ToString(), 16);
            }
        }
    }
}
