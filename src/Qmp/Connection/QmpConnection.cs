using QmpGateway.Qmp.Protocol;

namespace QmpGateway.Qmp.Connection;

/// <summary>One connection: the read loop, the write side, and the pending replies that both share.</summary>
internal sealed class QmpConnection : IAsyncDisposable
{
    // If out-of-band execution is enabled, QEMU queues at most 8 in-band commands (monitor/qmp.c: QMP_REQ_QUEUE_LEN_MAX). At the ninth it stops
    // reading the socket, so the out-of-band commands after it would wait, too.
    private const int InBandInFlight = 8;
    private const int OutOfBandInFlight = 8;

    private readonly QmpTransport transport;
    private readonly QmpClientOptions options;
    private readonly PendingReplies pending = new();
    private readonly Lane inBand = new(InBandInFlight);
    private readonly Lane outOfBand = new(OutOfBandInFlight);
    private readonly SemaphoreSlim writing = new(1);
    private readonly TaskCompletionSource<QmpGreeting> greeting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> disposal;
    private volatile string? writeFailure;
    private volatile QmpEvent? shutdown;
    private long sentBeforeShutdown;
    private long lastMessageAt;
    private long unclaimedReplies;

    public QmpConnection(QmpTransport transport, QmpClientOptions options)
    {
        this.transport = transport;
        this.options = options;
        disposal = new Lazy<Task>(EndAsync);
        Completion = ReadAsync();
    }

    /// <summary>The greeting. Fails with <see cref="QmpProtocolException"/> or <see cref="QmpDisconnectedException"/>.</summary>
    public Task<QmpGreeting> Greeting => greeting.Task;

    /// <summary>Completes when the connection ends, with the reason.</summary>
    public Task<string> Completion { get; }

    /// <summary>The last <c>SHUTDOWN</c> event, unless QEMU replied to a command that was sent after it.</summary>
    public QmpEvent? FinalShutdown => shutdown;

    public EventReaders Readers { get; } = new();

    public DateTimeOffset LastMessageAt => new(Volatile.Read(ref lastMessageAt), TimeSpan.Zero);

    public long UnclaimedReplies => Volatile.Read(ref unclaimedReplies);

    public async Task<JsonText> ExecuteAsync(QmpCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var lane = command.OutOfBand ? outOfBand : inBand;
        var reply = new PendingReply(CommandIds.Next(), command.Name, lane);
        var message = QmpEnvelope.Write(reply.Id, command);

        using var giveUp = new CancellationTokenSource(timeout, options.Time);
        using var callerGone = cancellationToken.UnsafeRegister(static giveUp => ((CancellationTokenSource)giveUp!).Cancel(), giveUp);
        var sent = false;
        try
        {
            await TakeTurnAsync(command, lane, reply, giveUp.Token).ConfigureAwait(false);
            sent = true;
            _ = WriteAsync(message);
            return await reply.Answer.WaitAsync(giveUp.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            reply.GiveUp();
            cancellationToken.ThrowIfCancellationRequested();
            throw new QmpTimeoutException(command.Name, timeout, sent ? reply.Answer : null);
        }
    }

    public ValueTask DisposeAsync() => new(disposal.Value);

    private async Task EndAsync()
    {
        Close("closed by this client");
        await Completion.ConfigureAwait(false);
        await writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await transport.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            // Later callers fail, because the table is closed.
            writing.Release();
        }
    }

    /// <summary>Waits for a place in QEMU's queue and for the right to write. Then the command counts as sent, and holds both.</summary>
    private async Task TakeTurnAsync(QmpCommand command, Lane lane, PendingReply reply, CancellationToken cancellationToken)
    {
        await lane.EnterAsync(command, cancellationToken).ConfigureAwait(false);
        try
        {
            await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                pending.Add(reply);
            }
            catch
            {
                writing.Release();
                throw;
            }
        }
        catch
        {
            lane.Leave();
            throw;
        }
    }

    /// <summary>Sends one complete message, even if its caller cancels: an incomplete command would break all later commands.</summary>
    private async Task WriteAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            await transport.Output.WriteAsync(message, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception broken)
        {
            // Nothing more can be sent, but QEMU's last messages may still be unread. The read loop ends after them.
            writeFailure = FailureWords.OfEnd(broken);
            transport.Close();
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task<string> ReadAsync()
    {
        try
        {
            await ReadMessagesAsync().ConfigureAwait(false);
            return Close(writeFailure ?? "QEMU closed the connection");
        }
        catch (QmpProtocolException garbage)
        {
            // The client closes the connection, so this does not mean that QEMU has ended.
            shutdown = null;
            greeting.TrySetException(garbage);
            return Close(garbage.Message);
        }
        catch (Exception broken)
        {
            return Close(writeFailure ?? FailureWords.OfEnd(broken));
        }
        finally
        {
            Readers.End();
        }
    }

    private async Task ReadMessagesAsync()
    {
        var framing = new QmpFraming(options.MaxMessageBytes);
        while (true)
        {
            var read = await transport.Input.ReadAsync().ConfigureAwait(false);
            var buffer = read.Buffer;
            try
            {
                while (framing.TryReadMessage(ref buffer, out var message))
                {
                    Dispatch(QmpMessage.Parse(message));
                }
            }
            finally
            {
                // Everything up to the last complete message is consumed. Everything is examined, so that the next read waits for new bytes.
                transport.Input.AdvanceTo(buffer.Start, buffer.End);
            }

            if (read.IsCompleted || read.IsCanceled)
            {
                return;
            }
        }
    }

    private void Dispatch(in QmpMessage message)
    {
        Volatile.Write(ref lastMessageAt, options.Time.GetUtcNow().Ticks);
        switch (message.Kind)
        {
            case QmpMessageKind.Greeting:
                greeting.TrySetResult(message.Greeting!);
                break;
            case QmpMessageKind.Event:
                if (message.Event!.Name == RunStateEvents.Shutdown)
                {
                    sentBeforeShutdown = pending.Sent;
                    shutdown = message.Event;
                }

                Tell("events", options.OnEvent, message.Event);
                Readers.HandOver(message.Event);
                break;
            default:
                if (message.Id is { } id && pending.TryTake(id, out var reply))
                {
                    if (reply.Order >= sentBeforeShutdown)
                    {
                        // QEMU keeps running (-no-shutdown). If QEMU ends, only replies to earlier commands, such as `quit`, follow the event.
                        shutdown = null;
                    }

                    reply.Complete(message);
                }
                else
                {
                    // The reply belongs to an earlier connection, or it is an error that QEMU reported before it had read an id.
                    Interlocked.Increment(ref unclaimedReplies);
                    Tell("replies", options.OnUnclaimedReply, message.Id);
                }

                break;
        }
    }

    private static void Tell<T>(string what, Action<T> receiver, T told)
    {
        try
        {
            receiver(told);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"the handler of {what} failed: {fault.Message}", fault);
        }
    }

    /// <summary>Ends the connection, and returns the reason of the first call.</summary>
    private string Close(string reason)
    {
        reason = pending.Close(reason);
        greeting.TrySetException(new QmpDisconnectedException("the greeting", reason, sent: false));
        _ = greeting.Task.Exception;
        transport.Input.CancelPendingRead();
        transport.Output.CancelPendingFlush();
        transport.Close();
        return reason;
    }
}
