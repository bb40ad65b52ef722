using Gateway.Journal;
using Gateway.Vms;

namespace Gateway.NativeQmp;

/// <summary>A VM's events for one client, read from the journal: from a point on, and those that a command caused before its answer.</summary>
/// <param name="vm">The VM.</param>
/// <param name="journal">Has its events.</param>
/// <param name="readers">Count the client among them.</param>
/// <param name="writer">The way to the client.</param>
/// <param name="vmWent">Told when the VM's connection ended.</param>
/// <param name="time">The clock.</param>
internal sealed class NativeQmpEvents(IVm vm, IJournal journal, JournalReaders readers, NativeQmpWriter writer, Action vmWent, TimeProvider time) : IDisposable
{
    private const int Batch = 8;

    // Beyond it the disk hangs, and events come late.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    private readonly EventFilter filter = new([new VmPattern(vm.Id)]);
    private readonly SemaphoreSlim delivering = new(1);
    private long delivered = journal.LastAppended;
    private long begin = long.MaxValue;

    /// <summary>Sends those that come from now on.</summary>
    public void Begin() => Volatile.Write(ref begin, journal.LastAppended);

    /// <summary>Sends what happens, until the VM or the client goes.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in readers.FollowAsync(JournalReaders.NativeQmp, filter, delivered, heartbeat: null, cancellationToken))
        {
            await DeliverAsync(batch.Cursor, cancellationToken);
        }
    }

    /// <summary>QEMU sends what a command caused before its answer, and so does this, unless the journal hangs.</summary>
    public async Task DeliverBeforeAsync(long id, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref delivered) >= id)
        {
            return;
        }

        if (await journal.IsWrittenAsync(id, First, time))
        {
            await DeliverAsync(id, cancellationToken);
        }
    }

    public void Dispose() => delivering.Dispose();

    /// <summary>Sends events up to an entry, as far as the journal shows them.</summary>
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
            vmWent();
        }
    }
}
