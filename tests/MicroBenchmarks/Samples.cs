using System.Buffers;
using System.Text;
using Gateway.Journal;
using QmpGateway.Qmp.Protocol;

namespace MicroBenchmarks;

/// <summary>What is measured: an event as QEMU sends it, and what becomes of it.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly byte[] Frame = Encoding.UTF8.GetBytes(
        """{"timestamp": {"seconds": 1767323045, "microseconds": 123456}, "event": "MEMORY_FAILURE", "data": {"recipient": "guest", "action": "inject", "flags": {"action-required": true, "recursive": false}}}""" + "\r\n");

    /// <summary>As many events in a row, as one read of the socket may bring them.</summary>
    public static ReadOnlySequence<byte> Frames(int count) => new([.. Enumerable.Repeat(Frame, count).SelectMany(static frame => frame)]);

    public static NewEvent Event()
    {
        var parsed = QmpMessage.Parse(new(Frame)).Event!;
        return new NewEvent("vm-1", parsed.Name, EventOrigin.Qemu, parsed.Data, parsed.Timestamp);
    }

    public static JournalEntry Entry(long id) => JournalEntry.From(id, Event(), Time);
}
