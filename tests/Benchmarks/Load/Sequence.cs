using System.Buffers.Text;
using System.Diagnostics;

namespace Benchmarks.Load;

/// <summary>How a reader finds events in bytes.</summary>
internal enum Encoded
{
    Json,
    MessagePack,
}

/// <summary>
/// What one reader has got. Payloads are <c>{"number":NUMBER,"sent":WHEN}</c>, and are looked for in the bytes as they come: each
/// number has to follow the one before.
/// </summary>
internal sealed class Sequence(Encoded encoded, long first, int count, List<double>? latencies = null)
{
    private static readonly byte[] JsonMark = "\"number\":"u8.ToArray();
    private static readonly byte[] PackedMark = [0xA6, .. "number"u8];

    private readonly TaskCompletionSource whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] mark = encoded == Encoded.Json ? JsonMark : PackedMark;
    private readonly byte[] buffer = new byte[32 * 1024];
    private int have;
    private int got;

    /// <summary>Ends when all have come; fails when one is missing or out of order.</summary>
    public Task Whole => whole.Task;

    /// <summary>Looks through what came.</summary>
    public void Add(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(buffer.AsSpan(have));
        have += payload.Length;
        var bytes = buffer.AsSpan(0, have);
        var done = 0;
        while (bytes[done..].IndexOf(mark) is >= 0 and var next)
        {
            done += next;
            var used = encoded == Encoded.Json ? Json(bytes[done..], out var number, out var sent) : Packed(bytes[done..], out number, out sent);
            if (used == 0)
            {
                Keep(done);
                return;
            }

            Count(number, sent);
            done += used;
        }

        Keep(Math.Max(done, have - mark.Length + 1));
    }

    /// <summary>The reader's connection broke.</summary>
    public void Fail(Exception failure) => whole.TrySetException(failure);

    private void Keep(int from)
    {
        buffer.AsSpan(from, have - from).CopyTo(buffer);
        have -= from;
    }

    private void Count(long number, long sent)
    {
        if (number < first)
        {
            return;
        }

        if (number != first + got)
        {
            whole.TrySetException(new InvalidDataException($"event {number} came where {first + got} was due"));
            return;
        }

        latencies?.Add((Stopwatch.GetTimestamp() - sent) * 1000.0 / Stopwatch.Frequency);
        if (++got == count)
        {
            whole.TrySetResult();
        }
    }

    private static int Json(ReadOnlySpan<byte> bytes, out long number, out long sent)
    {
        (number, sent) = (0, 0);
        var end = bytes.IndexOf((byte)'}');
        if (end < 0)
        {
            return 0;
        }

        var at = bytes[..end].IndexOf("\"sent\":"u8);
        return Utf8Parser.TryParse(bytes[JsonMark.Length..], out number, out _) && at >= 0 && Utf8Parser.TryParse(bytes[(at + 7)..], out sent, out _)
            ? end
            : throw new InvalidDataException("a payload that no fake sent");
    }

    // fixstr "number", an integer, fixstr "sent", an integer
    private static int Packed(ReadOnlySpan<byte> bytes, out long number, out long sent)
    {
        (number, sent) = (0, 0);
        var length = PackedMark.Length;
        var first = Integer(bytes[length..], out number);
        length += first + 5;
        if (first == 0 || bytes.Length < length)
        {
            return 0;
        }

        var second = Integer(bytes[length..], out sent);
        return second == 0 ? 0 : length + second;
    }

    /// <summary>The length of the integer at the beginning; 0 where it is cut.</summary>
    private static int Integer(ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        if (bytes.Length == 0)
        {
            return 0;
        }

        var length = bytes[0] switch { < 0x80 => 0, 0xCC or 0xD0 => 1, 0xCD or 0xD1 => 2, 0xCE or 0xD2 => 4, _ => 8 };
        if (bytes.Length <= length)
        {
            return 0;
        }

        value = length == 0 ? bytes[0] : 0;
        foreach (var b in bytes.Slice(1, length))
        {
            value = (value << 8) | b;
        }

        return 1 + length;
    }
}
