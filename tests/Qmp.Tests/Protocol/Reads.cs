using System.Buffers;
using System.Text;
using QmpGateway.Qmp.Protocol;

namespace QmpGateway.Qmp.Tests.Protocol;

/// <summary>A stream that arrives in pieces: what a reader that keeps the rest sees, each piece in a memory segment of its own.</summary>
internal sealed class Reads(long maxMessageBytes = 1 << 20)
{
    private QmpFraming framing = new(maxMessageBytes);
    private ReadOnlySequence<byte> rest = ReadOnlySequence<byte>.Empty;

    public List<string> Messages { get; } = [];

    public long Unread => rest.Length;

    public Reads Arrive(params IEnumerable<byte[]> segments)
    {
        rest = Sequence([.. Segments(rest), .. segments]);
        while (framing.TryReadMessage(ref rest, out var message))
        {
            Messages.Add(Encoding.UTF8.GetString(message));
        }

        return this;
    }

    public Reads Arrive(string text) => Arrive(Encoding.UTF8.GetBytes(text));

    /// <summary>The text as one sequence of segments that end at the cuts.</summary>
    public static IEnumerable<byte[]> Split(byte[] bytes, params IEnumerable<int> cuts)
    {
        var from = 0;
        foreach (var cut in cuts.Where(cut => cut < bytes.Length).Order().Append(bytes.Length))
        {
            yield return bytes[from..cut];
            from = cut;
        }
    }

    public static ReadOnlySequence<byte> Sequence(IReadOnlyList<byte[]> segments)
    {
        if (segments.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Segment(segments[0], null);
        var last = segments.Skip(1).Aggregate(first, static (before, bytes) => new Segment(bytes, before));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static IEnumerable<byte[]> Segments(ReadOnlySequence<byte> sequence)
    {
        foreach (var segment in sequence)
        {
            yield return segment.ToArray();
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, Segment? before)
        {
            Memory = bytes;
            if (before is not null)
            {
                before.Next = this;
                RunningIndex = before.RunningIndex + before.Memory.Length;
            }
        }
    }
}
