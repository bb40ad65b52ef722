using System.Net.Sockets;
using Qmp.Protocol;

namespace Qmp.Connection;

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
    private readonly SemaphoreSlim inBand = new(InBandInFlight);
    private readonly SemaphoreSlim outOfBand = new(OutOfBandInFlight);
    private readonly SemaphoreSlim writing = new(1);
    private readonly CancellationTokenSource closed = new();
    private readonly TaskCompletionSource<QmpGreeting> greeting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? closeReason;
    private long lastMessageAt;
    private long unclaimedReplies;

    public QmpConnection(QmpTransport transport, QmpClientOptions options)
    {
        this.transport = transport;
        this.options = options;
        Completion = ReadAsync();
    }

    /// <summary>The greeting; fails with <see cref="QmpProtocolException"/> or <see cref="QmpDisconnectedException"/>.</summary>
    public Task<QmpGreeting> Greeting => greeting.Task;

    /// <summary>Ends with the connection and says how that came.</summary>
    public Task<string> Completion { get; }

    public DateTimeOffset LastMessageAt => new(Volatile.Read(ref lastMessageAt), TimeSpan.Zero);

    public long UnclaimedReplies => Volatile.Read(ref unclaimedReplies);

    public async Task<JsonText> ExecuteAsync(QmpCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var lane = command.OutOfBand ? outOfBand : inBand;
        var reply = new PendingReply(CommandIds.Next(), command.Name, lane);
        var message = QmpEnvelope.Write(reply.Id, command);

        using var deadline = new CancellationTokenSource(timeout, options.Time);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, closed.Token, cancellationToken);
        var sent = false;
        try
        {
            await TakeTurnAsync(lane, reply, giveUp.Token).ConfigureAwait(false);
            sent = true;
            _ = WriteAsync(message);
            return await reply.Answer.WaitAsync(giveUp.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (closed.IsCancellationRequested)
            {
                // The table was closed first, so a command that went out has its failure, or even its answer, by now.
                return sent ? await reply.Answer.ConfigureAwait(false) : throw new QmpDisconnectedException(command.Name, closeReason!, sent: false);
            }

            throw new QmpTimeoutException(command.Name, timeout, sent ? reply.Answer : null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Close("closed by this side");
        await Completion.ConfigureAwait(false);
        await writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        await transport.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for a place in QEMU's queue and for the line; then the command counts as sent, and holds both.</summary>
    private async Task TakeTurnAsync(SemaphoreSlim lane, PendingReply reply, CancellationToken cancellationToken)
    {
        await lane.WaitAsync(cancellationToken).ConfigureAwait(false);
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
            lane.Release();
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
        catch (Exception broken) when (IsBroken(broken))
        {
            Close(broken.Message);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task<string> ReadAsync()
    {
        var reason = "QEMU closed the connection";
        try
        {
            await ReadMessagesAsync().ConfigureAwait(false);
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            reason = broken.Message;
        }
        catch (QmpProtocolException garbage)
        {
            greeting.TrySetException(garbage);
            reason = garbage.Message;
        }
        catch (Exception fault)
        {
            reason = $"the receiver of events failed: {fault.Message}";
        }

        Close(reason);
        return closeReason!;
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
                options.OnEvent(message.Event!);
                break;
            default:
                if (message.Id is { } id && pending.TryTake(id, out var reply))
                {
                    reply.Complete(message);
                }
                else
                {
                    // Another connection's, or an error so early that QEMU had not read an id yet: nobody's.
                    Interlocked.Increment(ref unclaimedReplies);
                }

                break;
        }
    }

    private void Close(string reason)
    {
        Interlocked.CompareExchange(ref closeReason, reason, null);
        pending.Close(closeReason);
        greeting.TrySetException(new QmpDisconnectedException("the greeting", closeReason, sent: false));
        _ = greeting.Task.Exception;
        closed.Cancel();
        transport.Input.CancelPendingRead();
        transport.Output.CancelPendingFlush();
        transport.Close();
    }

    private static bool IsBroken(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException;
}
