using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace QmpGateway.Qmp.Protocol;

/// <summary>
/// Splits the byte stream into messages. QEMU ends each message with CRLF, but <c>pretty=on</c> also puts line breaks inside messages, so a message
/// ends where its JSON value ends. Each byte is examined once, even if a message arrives in several reads.
/// </summary>
internal struct QmpFraming(long maxMessageBytes)
{
    // A block has as many bytes as a mask has bits.
    private const int Block = 64;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("{}[]\""u8);
    private static readonly SearchValues<byte> StringEnd = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\r\n"u8);

    private long scanned;
    private int depth;
    private bool inString;
    private bool escaped;

    /// <summary>
    /// Removes the next complete message from the start of <paramref name="buffer"/>, with the white space before it. If it returns false,
    /// the caller must pass the rest again, followed by more bytes.
    /// </summary>
    /// <exception cref="QmpProtocolException">The bytes do not start a QMP message, or the message is too long.</exception>
    public bool TryReadMessage(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> message)
    {
        if (scanned == 0 && !SkipToObject(ref buffer))
        {
            message = default;
            return false;
        }

        foreach (var segment in buffer.Slice(scanned))
        {
            var end = Scan(segment.Span);
            scanned += end < 0 ? segment.Length : end;
            if (scanned > maxMessageBytes)
            {
                throw new QmpProtocolException($"a message is larger than {maxMessageBytes} bytes");
            }

            if (end >= 0)
            {
                message = buffer.Slice(0, scanned);
                buffer = buffer.Slice(scanned);
                scanned = 0;
                return true;
            }
        }

        message = default;
        return false;
    }

    private static bool SkipToObject(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryPeek(out var first))
        {
            if (first == '{')
            {
                buffer = buffer.Slice(reader.Position);
                return true;
            }

            if (!Space.Contains(first))
            {
                throw new QmpProtocolException($"the received data is not QMP: {Excerpt(buffer.Slice(reader.Position))}");
            }

            reader.Advance(1);
        }

        buffer = buffer.Slice(buffer.End);
        return false;
    }

    /// <summary>Scans more bytes. Returns the number of bytes of <paramref name="span"/> up to the end of the message, or -1 if it does not end there.</summary>
    private int Scan(ReadOnlySpan<byte> span)
    {
        for (var at = 0; at < span.Length;)
        {
            var part = span.Slice(at, Math.Min(Block, span.Length - at));
            var end = part.Length < Block || escaped || part.Contains((byte)'\\') ? ScanBytes(part) : ScanBlock(Vector512.Create(part));
            if (end >= 0)
            {
                return at + end;
            }

            at += part.Length;
        }

        return -1;
    }

    /// <summary>
    /// Scans a whole block without escapes in one step. The running parity of the quotes before a byte says whether it is inside a string, as in
    /// simdjson (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 3.1.1).
    /// </summary>
    private int ScanBlock(Vector512<byte> block)
    {
        var inside = Places(block, (byte)'"');
        for (var shift = 1; shift < Block; shift *= 2)
        {
            inside ^= inside << shift;
        }

        inside ^= inString ? ulong.MaxValue : 0;
        // Brackets and braces differ only in this bit.
        var braces = block | Vector512.Create((byte)0x20);
        var opening = Places(braces, (byte)'{') & ~inside;
        for (var closing = Places(braces, (byte)'}') & ~inside; closing != 0; closing &= closing - 1)
        {
            var at = BitOperations.TrailingZeroCount(closing);
            var before = opening & ((1UL << at) - 1);
            depth += BitOperations.PopCount(before) - 1;
            opening ^= before;
            if (depth == 0)
            {
                inString = false;
                return at + 1;
            }
        }

        depth += BitOperations.PopCount(opening);
        inString = inside >> (Block - 1) != 0;
        return -1;
    }

    private static ulong Places(Vector512<byte> block, byte value) => Vector512.Equals(block, Vector512.Create(value)).ExtractMostSignificantBits();

    private int ScanBytes(ReadOnlySpan<byte> span)
    {
        for (var at = 0; at < span.Length;)
        {
            if (escaped)
            {
                escaped = false;
                at++;
                continue;
            }

            var next = span[at..].IndexOfAny(inString ? StringEnd : Structure);
            if (next < 0)
            {
                return -1;
            }

            at += next + 1;
            switch (span[at - 1])
            {
                case (byte)'"': inString = !inString; break;
                case (byte)'\\': escaped = true; break;
                case (byte)'{' or (byte)'[': depth++; break;
                default:
                    if (--depth == 0)
                    {
                        return at;
                    }

                    break;
            }
        }

        return -1;
    }

    /// <summary>Returns the first bytes for an error message, as printable ASCII, without the white space at their end.</summary>
    private static string Excerpt(ReadOnlySequence<byte> bytes)
    {
        var first = bytes.Slice(0, Math.Min(bytes.Length, 32)).ToArray();
        return string.Create(first.AsSpan().TrimEnd(" \t\r\n"u8).Length, first, static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = from[i] is >= 0x20 and < 0x7F ? (char)from[i] : '.';
            }
        });
    }
}
