using System.Text.Json;
using System.Threading.Channels;
using Gateway.Api;
using Gateway.Api.Json;
using Gateway.Journal;
using Gateway.Vms;
using Qmp;

namespace Gateway.Monitors;

/// <summary>
/// One client of native QMP, to whom the gateway is a QEMU of its own: greeting, negotiation, ids, order and events are as QEMU has them. Its
/// events are read from the journal, so that however slow it is, it costs nobody anything.
/// </summary>
internal sealed class MonitorSession(
    IVm vm, MonitorLine line, MonitorClient client, MonitorCommands commands, IJournal journal, JournalReaders readers, int maxMessageBytes, TimeProvider time) : IDisposable
{
    // monitor/qmp.c: QMP_REQ_QUEUE_LEN_MAX. Then QEMU stops reading, and so does this.
    private const int MaxQueued = 8;
    private const int MaxQueuedBytes = 1024 * 1024;

    // What a client sent before it ended is still done, and the answers sent where it listens yet.
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(10);

    // Beyond it the disk hangs, and events come late.
    private static readonly TimeSpan EventsFirst = TimeSpan.FromSeconds(1);

    private readonly EventFilter filter = new([new VmPattern(vm.Id)]);
    private readonly Channel<(MonitorRequest Request, int Bytes)> inBand = Channel.CreateBounded<(MonitorRequest, int)>(MaxQueued);
    private readonly SemaphoreSlim outOfBandPlaces = new(MaxQueued);
    private readonly SemaphoreSlim drained = new(0);
    private readonly SemaphoreSlim delivering = new(1);
    private readonly SemaphoreSlim writing = new(1);
    private readonly TaskCompletionSource<string> ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long delivered = journal.LastAppended;
    private long eventsAfter = long.MaxValue;
    private int queuedBytes;
    private volatile bool negotiated;
    private volatile bool outOfBand;

    /// <summary>Serves the client until it or the VM's connection ends.</summary>
    /// <param name="stopping">The gateway ends: what is under way has a moment to finish.</param>
    /// <param name="aborted">The client may no longer be served.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        using var told = stopping.Register(() => ending.TrySetResult("the gateway ends"));
        using var last = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(aborted, last.Token);
        var why = await ServeAsync(last, over);
        using var farewell = new CancellationTokenSource(ReaderBounds.Farewell, time);
        await line.EndAsync(why, farewell.Token);
    }

    public void Dispose()
    {
        outOfBandPlaces.Dispose();
        drained.Dispose();
        delivering.Dispose();
        writing.Dispose();
    }

    private async Task<string> ServeAsync(CancellationTokenSource last, CancellationTokenSource over)
    {
        Task[] all = [];
        try
        {
            if (vm.Snapshot is not { Connection.State: ConnectionState.Connected, Qemu: { } qemu })
            {
                return "the VM is not connected";
            }

            await WriteAsync(MonitorReply.Greeting(qemu), over.Token);
            var working = WorkAsync(over.Token);
            all = [ending.Task, working, FollowAsync(over.Token), ReadAsync(last, over.Token)];
            // The reader ends with the client, and the worker after it.
            var first = await Task.WhenAny(all[..3]);
            if (first == ending.Task)
            {
                last.CancelAfter(ReaderBounds.Farewell);
                inBand.Writer.TryComplete();
                await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return await ending.Task;
            }

            await first;
            return "the client ended";
        }
        catch (Exception end) when (end is IOException or MessageTooLongException or CursorExpiredException or JournalUnreadableException or OperationCanceledException)
        {
            return end is OperationCanceledException ? "access was taken away" : end.Message;
        }
        finally
        {
            await over.CancelAsync();
            ending.TrySetResult("");
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            for (var place = 0; place < MaxQueued; place++)
            {
                await outOfBandPlaces.WaitAsync(CancellationToken.None);
            }
        }
    }

    private async Task ReadAsync(CancellationTokenSource last, CancellationToken cancellationToken)
    {
        try
        {
            var framing = new MonitorFraming(maxMessageBytes);
            while (await line.ReadAsync(cancellationToken) is { Length: > 0 } bytes)
            {
                // Its list is its own, and is gone over before the next bytes are taken.
                foreach (var input in framing.Add(bytes.Span))
                {
                    await TakeAsync(input, cancellationToken);
                }
            }

            last.CancelAfter(LastAnswers);
            inBand.Writer.TryComplete();
        }
        catch (Exception broken)
        {
            inBand.Writer.TryComplete(broken);
        }
    }

    private async Task TakeAsync(MonitorInput input, CancellationToken cancellationToken)
    {
        var request = MonitorRequest.Read(input, outOfBand);
        if (request is { OutOfBand: true, Fault: null })
        {
            await outOfBandPlaces.WaitAsync(cancellationToken);
            _ = AnswerOutOfBandAsync(request, cancellationToken);
            return;
        }

        Interlocked.Add(ref queuedBytes, input.Json.Length);
        await inBand.Writer.WriteAsync((request, input.Json.Length), cancellationToken);
        while (Volatile.Read(ref queuedBytes) > MaxQueuedBytes)
        {
            await drained.WaitAsync(cancellationToken);
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        await foreach (var (request, bytes) in inBand.Reader.ReadAllAsync(cancellationToken))
        {
            await AnswerAsync(request, cancellationToken);
            Interlocked.Add(ref queuedBytes, -bytes);
            drained.Release();
        }
    }

    private async Task AnswerOutOfBandAsync(MonitorRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await AnswerAsync(request, cancellationToken);
        }
        catch (Exception broken)
        {
            inBand.Writer.TryComplete(broken);
        }
        finally
        {
            outOfBandPlaces.Release();
        }
    }

    private async Task AnswerAsync(MonitorRequest request, CancellationToken cancellationToken)
    {
        var reply = request.Fault is { } fault ? MonitorReply.Error(request.Id, "GenericError", fault)
            : request.Command == "qmp_capabilities" || !negotiated ? Negotiate(request)
            : await commands.ExecuteAsync(vm, client, request, cancellationToken);
        await DeliverBeforeAsync(vm.LastEvent, cancellationToken);
        await WriteAsync(reply, cancellationToken);
    }

    private ReadOnlyMemory<byte> Negotiate(MonitorRequest request)
    {
        if (negotiated || request.Command != "qmp_capabilities")
        {
            return MonitorReply.Error(request.Id, QmpCommandException.CommandNotFound, negotiated
                ? "Capabilities negotiation is already complete, command ignored"
                : "Expecting capabilities negotiation with 'qmp_capabilities'");
        }

        if (Capabilities.Fault(request.Arguments, vm.Snapshot.Qemu!) is { } fault)
        {
            return MonitorReply.Error(request.Id, "GenericError", fault);
        }

        outOfBand = Capabilities.EnableOutOfBand(request.Arguments);
        // QEMU sends no events before.
        Volatile.Write(ref eventsAfter, journal.LastAppended);
        negotiated = true;
        return MonitorReply.Return(request.Id, JsonText.EmptyObject);
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in readers.FollowAsync(JournalReaders.NativeQmp, filter, delivered, heartbeat: null, cancellationToken))
        {
            await DeliverAsync(batch.Cursor, cancellationToken);
        }
    }

    /// <summary>QEMU sends what a command caused before its answer, and so does this, unless the journal hangs.</summary>
    private async Task DeliverBeforeAsync(long id, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref delivered) >= id)
        {
            return;
        }

        if (await journal.IsWrittenAsync(id, EventsFirst, time))
        {
            await DeliverAsync(id, cancellationToken);
        }
    }

    /// <summary>Sends events up to an entry, as far as the journal shows them.</summary>
    private async Task DeliverAsync(long upTo, CancellationToken cancellationToken)
    {
        await delivering.WaitAsync(cancellationToken);
        try
        {
            while (delivered < upTo)
            {
                var batch = await journal.ReadAsync(filter, delivered, MaxQueued, cancellationToken);
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
        if (MonitorReply.Event(entry) is { } message)
        {
            if (entry.Id > Volatile.Read(ref eventsAfter))
            {
                await WriteAsync(message, cancellationToken);
            }
        }
        else if (entry.Name is GatewayEvents.VmDisconnected or GatewayEvents.VmRemoved)
        {
            ending.TrySetResult("the VM's connection ended");
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            using var stalled = new CancellationTokenSource(ReaderBounds.Stall, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
            try
            {
                await line.WriteAsync(message, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException("the client does not read");
            }
        }
        finally
        {
            writing.Release();
        }
    }
}

/// <summary>What a client enables.</summary>
internal static class Capabilities
{
    /// <summary>What is wrong with the arguments of <c>qmp_capabilities</c>; null where nothing is.</summary>
    public static string? Fault(JsonElement? arguments, QmpGreeting qemu)
    {
        foreach (var member in arguments?.EnumerateObject() ?? default)
        {
            if (JsonReading.NameOf(member) is not "enable" and var name)
            {
                return $"Parameter '{name}' is unexpected";
            }

            if (member.Value.ValueKind != JsonValueKind.Array)
            {
                return "Invalid parameter type for 'enable', expected: array";
            }

            foreach (var (i, capability) in member.Value.EnumerateArray().Index())
            {
                if (JsonReading.TextOfAny(capability) != QmpGreeting.OutOfBandCapability)
                {
                    return $"Parameter 'enable[{i}]' does not accept value '{JsonReading.TextOfAny(capability)}'";
                }

                if (!qemu.Capabilities.Contains(QmpGreeting.OutOfBandCapability))
                {
                    return "Capability 'oob' is not available";
                }
            }
        }

        return null;
    }

    /// <summary>Whether out-of-band execution is among what it enables.</summary>
    public static bool EnableOutOfBand(JsonElement? arguments) =>
        arguments is { } given && given.TryGetProperty("enable", out var enabled) && enabled.GetArrayLength() > 0;
}
