using Gateway.Journal;
using Gateway.Vms;

namespace Gateway.NativeQmp;

/// <summary>Sends the events of a VM, read from the journal, to one client. Events that a command caused are sent before its reply.</summary>
/// <param name="vm">The VM.</param>
/// <param name="journal">The journal with its events.</param>
/// <param name="readers">The readers of the journal, which count the client.</param>
/// <param name="writer">Sends to the client.</param>
/// <param name="vmGone">Called when the VM's connection ends.</param>
/// <param name="time">The clock.</param>
internal sealed class NativeQmpEvents(IVm vm, IJournal journal, JournalReaders readers, NativeQmpWriter writer, Action vmGone, TimeProvider time) : IDisposable
{
    private const int Batch = 8;

    // If writing takes longer, the disk hangs, and events arrive after the reply.
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(1);

    private readonly EventFilter filter = new([new VmPattern(vm.Id)]);
    private readonly SemaphoreSlim delivering = new(1);
    private long delivered = journal.LastAppended;
    private long begin = long.MaxValue;

    /// <summary>Starts sending events, beginning with the next one.</summary>
    public void Begin() => Volatile.Write(ref begin, journal.LastAppended);

    /// <summary>Sends events until the client is gone or the token is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in readers.FollowAsync(JournalReaders.NativeQmp, filter, delivered, heartbeat: null, cancellationToken))
        {
            await DeliverAsync(batch.Cursor, cancellationToken);
        }
    }

    /// <summary>Sends all events up to an entry, unless the journal hangs. Like QEMU, this sends the events that a command caused before the reply.</summary>
    public async Task DeliverBeforeAsync(long id, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref delivered) >= id)
        {
            return;
        }

        if (await journal.IsWrittenAsync(id, WriteTimeout, time))
        {
            await DeliverAsync(id, cancellationToken);
        }
    }

    public void Dispose() => delivering.Dispose();

    /// <summary>Sends events up to an entry, as far as the journal has them on disk.</summary>
    private async Task DeliverAsync(long upTo, CancellationToken cancellationToken)
    {
        await delivering.WaitAsync(cancellationToken);
        try
        {
            while (delivered < upTo)
            {
                var batch = await journal.ReadAsync(filter, delivered, Batch, cancellationToken);
                if (batch.Cursor <= delivered)
                {
                    return;
                }

                foreach (var entry in batch.Entries)
                {
                    await DeliverAsync(entry, cancellationToken);
                }

                Volatile.Write(ref delivered, batch.Cursor);
            }
        }
        finally
        {
            delivering.Release();
        }
    }

    private async Task DeliverAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        if (NativeQmpReply.Event(entry) is { } message)
        {
            if (entry.Id > Volatile.Read(ref begin))
            {
                await writer.WriteAsync(message, cancellationToken);
            }
        }
        else if (entry.Name is GatewayEvents.VmDisconnected or GatewayEvents.VmRemoved)
        {
            vmGone();
        }
    }
}
