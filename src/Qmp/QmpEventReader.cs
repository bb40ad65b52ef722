using System.Threading.Channels;
using QmpGateway.Qmp.Connection;

namespace QmpGateway.Qmp;

/// <summary>
/// One reader of a client's events, with a separate bounded queue. It never delays QEMU, the client or another reader. If its queue is
/// full, newer events are dropped and counted, and the enumeration reports the loss at the position where events are missing.
/// </summary>
/// <remarks>
/// <code>
/// using var events = client.ReadEvents();
/// await foreach (var happened in events) { … }
/// </code>
/// The enumeration ends when the connection ends, after all events received before. <see cref="QmpClient.Completion"/> says why it ended.
/// Another enumeration of the same reader continues where the previous one stopped.
/// </remarks>
public sealed class QmpEventReader : IAsyncEnumerable<QmpEvent>, IDisposable
{
    private readonly EventReaders readers;
    private readonly int capacity;
    private readonly Channel<Entry> queue = Channel.CreateUnbounded<Entry>();
    private readonly Lock gate = new();
    private long lost;

    internal QmpEventReader(EventReaders readers, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (this.readers, this.capacity) = (readers, capacity);
    }

    /// <summary>Reads the events, in QEMU's order.</summary>
    /// <param name="cancellationToken">Cancels the enumeration. The reader keeps collecting events for the next one.</param>
    /// <exception cref="QmpEventsLostException">
    /// Events are missing at this position, because the queue was full when they arrived. Enumerate again to continue with the next events.
    /// </exception>
    public async IAsyncEnumerator<QmpEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (queue.Reader.TryRead(out var next))
            {
                yield return next.Event ?? throw new QmpEventsLostException(next.Lost);
                cancellationToken.ThrowIfCancellationRequested();
            }

            ThrowIfLost();
        }
        while (await queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Stops collecting events, drops the waiting ones, and ends the enumeration.</summary>
    public void Dispose()
    {
        readers.Remove(this);
        lock (gate)
        {
            queue.Writer.TryComplete();
            lost = 0;
            while (queue.Reader.TryRead(out _))
            {
                // The reader is disposed, so the event is dropped.
            }
        }
    }

    /// <summary>Called by the read loop, which must not wait.</summary>
    internal void Offer(QmpEvent happened)
    {
        lock (gate)
        {
            if (queue.Reader.Count >= capacity)
            {
                lost++;
                return;
            }

            if (lost > 0)
            {
                queue.Writer.TryWrite(new Entry(null, lost));
                lost = 0;
            }

            queue.Writer.TryWrite(new Entry(happened, 0));
        }
    }

    /// <summary>Marks the end of the connection. The waiting events can still be read.</summary>
    internal void End() => queue.Writer.TryComplete();

    // Events are lost only while others wait. So a loss that is not followed by another event is found when the queue is empty.
    private void ThrowIfLost()
    {
        lock (gate)
        {
            if (lost > 0 && queue.Reader.Count == 0)
            {
                var count = lost;
                lost = 0;
                throw new QmpEventsLostException(count);
            }
        }
    }

    /// <summary>An event, or the number of missing events at this position.</summary>
    private readonly record struct Entry(QmpEvent? Event, long Lost);
}
