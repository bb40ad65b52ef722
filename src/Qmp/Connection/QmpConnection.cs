using QmpGateway.Qmp.Protocol;

namespace QmpGateway.Qmp.Connection;

/// <summary>One connection's life: the read loop, the write side, and the replies they meet at.</summary>
internal sealed class QmpConnection : IAsyncDisposable
{
    // QEMU queues at most 8 in-band commands where out-of-band is on (monitor/qmp.c: QMP_REQ_QUEUE_LEN_MAX), and stops
    // reading the socket at the ninth: out-of-band commands behind it would wait too.
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

    /// <summary>The greeting; fails with <see cref="QmpProtocolException"/> or <see cref="QmpDisconnectedException"/>.</summary>
    public Task<QmpGreeting> Greeting => greeting.Task;

    /// <summary>Ends with the connection and says how that came.</summary>
    public Task<string> Completion { get; }

    /// <summary>The last <c>SHUTDOWN</c>, unless QEMU answered a command that was sent after it.</summary>
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
            // Whoever still comes finds the table closed.
            writing.Release();
        }
    }

    /// <summary>Waits for a place in QEMU's queue and for the line; then the command counts as sent, and holds both.</summary>
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

    /// <summary>Sends one whole message, whatever becomes of its caller: half a command would break all later ones.</summary>
    private async Task WriteAsync(ReadOnlyMemory<byte> message)
    {
        try
        {
            await transport.Output.WriteAsync(message, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception broken)
        {
            // Nothing more can be said, but QEMU's last words may wait to be read: the read loop ends after those.
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
            // This side hangs up: QEMU's own end is not known.
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
                // Consumed to the last whole message; examined to the end, so that the next read waits for new bytes.
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
                        // QEMU lives on (-no-shutdown). Answers to earlier commands, such as `quit`, follow the event of one that ends.
                        shutdown = null;
                    }

                    reply.Complete(message);
                }
                else
                {
                    // Another connection's, or an error so early that QEMU had not read an id yet: nobody's.
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

    /// <summary>Ends everything, and answers why: the first reason given is the one that counts.</summary>
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
