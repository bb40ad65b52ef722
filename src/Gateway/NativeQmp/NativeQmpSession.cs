using System.Threading.Channels;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Requests.Reading;
using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.NativeQmp;

/// <summary>
/// A session with a native QMP client. To the client, the gateway behaves like QEMU: the greeting, negotiation, ids, order and events are the same. Events
/// are read from the journal, so that a slow client does not affect anybody else.
/// </summary>
internal sealed class NativeQmpSession : IDisposable
{
    // monitor/qmp.c: QMP_REQ_QUEUE_LEN_MAX. When the queue is full, QEMU stops reading, and so does this session.
    private const int MaxQueued = 8;
    private const int MaxQueuedBytes = 1024 * 1024;

    // The time limit for a large message, because others wait for its share of the bytes in flight.
    private static readonly TimeSpan LargeMessage = TimeSpan.FromMinutes(1);

    // After the client has closed its sending side, its pending commands still run, and their replies are sent, for at most this time.
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(10);

    private readonly IVm vm;
    private readonly NativeQmpLine line;
    private readonly NativeQmpClient client;
    private readonly NativeQmpCommands commands;
    private readonly Places places;
    private readonly int maxMessageBytes;
    private readonly TimeProvider time;
    private readonly NativeQmpWriter writer;
    private readonly NativeQmpEvents events;
    private readonly Channel<(NativeQmpRequest Request, int Bytes)> inBand = Channel.CreateBounded<(NativeQmpRequest, int)>(MaxQueued);
    private readonly SemaphoreSlim outOfBandPlaces = new(MaxQueued);
    private readonly SemaphoreSlim drained = new(0);
    private readonly TaskCompletionSource<string> ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int queuedBytes;
    private volatile bool negotiated;
    private volatile bool outOfBand;

    public NativeQmpSession(
        IVm vm, NativeQmpLine line, NativeQmpClient client, NativeQmpCommands commands, IJournal journal, JournalReaders readers, Places places, int maxMessageBytes, TimeProvider time)
    {
        (this.vm, this.line, this.client, this.commands, this.places, this.maxMessageBytes, this.time) = (vm, line, client, commands, places, maxMessageBytes, time);
        writer = new NativeQmpWriter(line, time);
        events = new NativeQmpEvents(vm, journal, readers, writer, () => ending.TrySetResult("the VM's connection ended"), time);
    }

    /// <summary>Serves the client until it disconnects or the VM's connection ends.</summary>
    /// <param name="stopping">Cancelled when the gateway stops. Commands in progress have a moment to finish.</param>
    /// <param name="aborted">Cancelled when the client disconnects or loses its access.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborted)
    {
        using var told = stopping.Register(() => ending.TrySetResult("the gateway is shutting down"));
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
        events.Dispose();
        writer.Dispose();
    }

    private async Task<string> ServeAsync(CancellationTokenSource last, CancellationTokenSource over)
    {
        Task[] all = [];
        try
        {
            if (vm.Snapshot is not { Connection.IsInUse: true, Qemu: { } qemu })
            {
                return "the VM is not connected";
            }

            await writer.WriteAsync(NativeQmpReply.Greeting(qemu), over.Token);
            var working = WorkAsync(over.Token);
            all = [ending.Task, working, events.FollowAsync(over.Token), ReadAsync(last, over.Token)];
            // The reader ends when the client disconnects, and the worker ends after it.
            var first = await Task.WhenAny(all[..3]);
            if (first == ending.Task)
            {
                last.CancelAfter(ReaderBounds.Farewell);
                inBand.Writer.TryComplete();
                await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return await ending.Task;
            }

            await first;
            return "the client disconnected";
        }
        catch (Exception end) when (end is IOException or MessageTooLongException or CursorExpiredException or JournalUnreadableException or OperationCanceledException)
        {
            return end is OperationCanceledException ? "access was revoked" : end.Message;
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
            var framing = new NativeQmpFraming(maxMessageBytes);
            while (await line.ReadAsync(cancellationToken) is { Length: > 0 } bytes)
            {
                // The framing reuses its list, so all messages are processed before more bytes are added.
                foreach (var input in framing.Add(bytes.Span))
                {
                    _ = await TakeAsync(input, cancellationToken);
                }

                if (framing.Pending > Places.SmallBody)
                {
                    await ReadLargeAsync(framing, cancellationToken);
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

    /// <summary>
    /// Reads the rest of a large message. It reserves the maximum number of bytes in flight in advance. Otherwise many partial messages could wait for
    /// each other forever. A message that exceeds the queue is answered before anything else is read.
    /// </summary>
    private async Task ReadLargeAsync(NativeQmpFraming framing, CancellationToken cancellationToken)
    {
        using var bytes = places.TakeBytes(client.LimitedAs);
        await bytes.GrowAsync(maxMessageBytes, cancellationToken);
        using var slow = new CancellationTokenSource(LargeMessage, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, cancellationToken);
        IReadOnlyList<NativeQmpInput> whole = [];
        while (whole.Count == 0)
        {
            try
            {
                whole = await line.ReadAsync(over.Token) is { Length: > 0 } more ? framing.Add(more.Span) : throw new IOException("the client disconnected within a message");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException($"a message took longer than {LargeMessage.TotalSeconds:0} s");
            }
        }

        bytes.Shrink(whole[0].Json.Length);
        foreach (var input in whole)
        {
            await await TakeAsync(input, cancellationToken);
        }
    }

    /// <summary>Queues a request, or starts it if it is out of band. The inner task of the result completes after the reply to an out-of-band request.</summary>
    private async Task<Task> TakeAsync(NativeQmpInput input, CancellationToken cancellationToken)
    {
        var request = NativeQmpRequest.Read(input, outOfBand);
        if (request is { OutOfBand: true, Fault: null })
        {
            await outOfBandPlaces.WaitAsync(cancellationToken);
            return AnswerOutOfBandAsync(request, cancellationToken);
        }

        Interlocked.Add(ref queuedBytes, input.Json.Length);
        await inBand.Writer.WriteAsync((request, input.Json.Length), cancellationToken);
        while (Volatile.Read(ref queuedBytes) > MaxQueuedBytes)
        {
            await drained.WaitAsync(cancellationToken);
        }

        return Task.CompletedTask;
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

    private async Task AnswerOutOfBandAsync(NativeQmpRequest request, CancellationToken cancellationToken)
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

    private async Task AnswerAsync(NativeQmpRequest request, CancellationToken cancellationToken)
    {
        var reply = request.Fault is { } fault ? NativeQmpReply.Error(request.Id, "GenericError", fault)
            : request.Command == "qmp_capabilities" || !negotiated ? Negotiate(request)
            : await commands.ExecuteAsync(vm, client, request, cancellationToken);
        await events.DeliverBeforeAsync(vm.LastEvent, cancellationToken);
        await writer.WriteAsync(reply, cancellationToken);
    }

    private ReadOnlyMemory<byte> Negotiate(NativeQmpRequest request)
    {
        if (negotiated || request.Command != "qmp_capabilities")
        {
            return NativeQmpReply.Error(request.Id, QmpCommandException.CommandNotFound, negotiated
                ? "Capabilities negotiation is already complete, command ignored"
                : "Expecting capabilities negotiation with 'qmp_capabilities'");
        }

        if (NativeQmpCapabilities.Fault(request.Arguments, vm.Snapshot.Qemu!) is { } fault)
        {
            return NativeQmpReply.Error(request.Id, "GenericError", fault);
        }

        outOfBand = NativeQmpCapabilities.EnableOutOfBand(request.Arguments);
        // Like QEMU, the session sends no events before the negotiation is complete.
        events.Begin();
        negotiated = true;
        return NativeQmpReply.Return(request.Id, JsonText.EmptyObject);
    }
}
