using System.Net.Sockets;
using QmpGateway.Qmp.Connection;

namespace QmpGateway.Qmp;

/// <summary>
/// One QMP connection that any number of callers share. This class is thread-safe. It never sends a command twice. Each
/// call returns a result, or throws a <see cref="QmpCommandException"/> (refused) or an exception that says whether the command was sent.
/// </summary>
public sealed class QmpClient : IAsyncDisposable
{
    private readonly QmpConnection connection;
    private readonly QmpClientOptions options;

    private QmpClient(QmpConnection connection, QmpClientOptions options, QmpGreeting greeting, string? peer)
    {
        this.connection = connection;
        this.options = options;
        Greeting = greeting;
        Peer = peer;
    }

    /// <summary>QEMU's greeting.</summary>
    public QmpGreeting Greeting { get; }

    /// <summary>Identifies QEMU's process: equal for the same process, different for another one. Null if the transport cannot tell (TCP).</summary>
    public string? Peer { get; }

    /// <summary>Whether out-of-band execution is enabled. The client enables it if QEMU offers it.</summary>
    public bool OutOfBand => Greeting.Capabilities.Contains(QmpGreeting.OutOfBandCapability);

    /// <summary>Completes when the connection ends, with the reason. It never fails.</summary>
    public Task<string> Completion => connection.Completion;

    /// <summary>
    /// The last <c>SHUTDOWN</c> event, if QEMU did not reply to any command that was sent after it. Once QEMU has closed the connection, the event means that
    /// this QEMU has ended, and says why. Null if there was no such event, or if QEMU kept running after it (<c>-no-shutdown</c>).
    /// </summary>
    public QmpEvent? FinalShutdown => connection.FinalShutdown;

    /// <summary>When the last message was received.</summary>
    public DateTimeOffset LastMessageAt => connection.LastMessageAt;

    /// <summary>The number of received replies that do not belong to a command of this connection, but to an earlier connection.</summary>
    public long UnclaimedReplies => connection.UnclaimedReplies;

    /// <summary>Connects, waits for the greeting and negotiates capabilities. Enables out-of-band execution if QEMU offers it.</summary>
    /// <exception cref="QmpConnectException">The connection failed. <see cref="QmpConnectException.Failure"/> says how.</exception>
    public static async Task<QmpClient> ConnectAsync(
        QmpEndpoint endpoint, QmpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QmpClientOptions();
        return await ConnectOverAsync(endpoint.ConnectAsync, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects over a custom transport, such as a tunnel or an in-memory pipe.</summary>
    /// <param name="dial">Creates the transport. A <see cref="SocketException"/> means that the connection failed.</param>
    /// <param name="options">The timeouts and callbacks.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="QmpConnectException">The connection failed. <see cref="QmpConnectException.Failure"/> says how.</exception>
    public static async Task<QmpClient> ConnectOverAsync(
        Func<CancellationToken, Task<QmpTransport>> dial, QmpClientOptions options, CancellationToken cancellationToken = default)
    {
        options.OnPhase(QmpConnectPhase.Connecting);
        var transport = await DialAsync(dial, options, cancellationToken).ConfigureAwait(false);
        var connection = new QmpConnection(transport, options);
        try
        {
            options.OnPhase(QmpConnectPhase.AwaitingGreeting);
            var greeting = await GreetingAsync(connection, options, cancellationToken).ConfigureAwait(false);
            options.OnPhase(QmpConnectPhase.Negotiating);
            await NegotiateAsync(connection, greeting, options, cancellationToken).ConfigureAwait(false);
            return new QmpClient(connection, options, greeting, transport.Peer);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Executes a command and returns its result.</summary>
    /// <param name="command">The command.</param>
    /// <param name="timeout">The time from the call to the reply; <see cref="QmpClientOptions.CommandTimeout"/> by default.</param>
    /// <param name="cancellationToken">
    /// Cancels the wait. A command that was not sent yet is not sent. A command that was already sent may still take effect, and its reply is dropped.
    /// </param>
    /// <exception cref="QmpCommandException">QEMU refused the command.</exception>
    /// <exception cref="QmpTimeoutException">There was no reply in time.</exception>
    /// <exception cref="QmpDisconnectedException">The connection was lost before the reply.</exception>
    /// <exception cref="ArgumentException">QEMU could not read the command: it is over 64 MiB or nested over 1024 deep, or its arguments are not an object.</exception>
    public Task<JsonText> ExecuteAsync(QmpCommand command, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        connection.ExecuteAsync(command, timeout ?? options.CommandTimeout, cancellationToken);

    /// <summary>
    /// Starts a reader of new events. Any number of readers may run in parallel, together with
    /// <see cref="QmpClientOptions.OnEvent"/>, which also receives the events that arrive while the client connects.
    /// </summary>
    /// <param name="capacity">The maximum number of waiting events. If the queue is full, newer events are dropped and reported as lost.</param>
    public QmpEventReader ReadEvents(int capacity = 1024) => connection.Readers.Add(capacity);

    /// <summary>Closes the connection. Pending commands fail with <see cref="QmpDisconnectedException"/>.</summary>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static async Task<QmpTransport> DialAsync(
        Func<CancellationToken, Task<QmpTransport>> dial, QmpClientOptions options, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await dial(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException silent) when (!cancellationToken.IsCancellationRequested)
        {
            throw new QmpConnectException(
                QmpConnectFailure.NothingThere, $"no connection within {options.ConnectTimeout.TotalSeconds:0.###} s", silent);
        }
        catch (SocketException refused)
        {
            throw new QmpConnectException(
                refused.SocketErrorCode switch
                {
                    // EAGAIN: the listen backlog is full, so one client is connected and others are waiting.
                    SocketError.WouldBlock => QmpConnectFailure.NoGreeting,
                    SocketError.AccessDenied => QmpConnectFailure.NotPermitted,
                    _ => QmpConnectFailure.NothingThere,
                },
                FailureWords.OfDial(refused),
                refused);
        }
    }

    private static async Task<QmpGreeting> GreetingAsync(
        QmpConnection connection, QmpClientOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.Greeting.WaitAsync(options.GreetingTimeout, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException silent)
        {
            throw new QmpConnectException(
                QmpConnectFailure.NoGreeting,
                $"no greeting within {options.GreetingTimeout.TotalSeconds:0.###} s: another client holds the monitor, or QEMU is stopped",
                silent);
        }
        catch (QmpProtocolException garbage)
        {
            throw new QmpConnectException(QmpConnectFailure.NotQmp, garbage.Message, garbage);
        }
        catch (QmpDisconnectedException lost)
        {
            throw new QmpConnectException(QmpConnectFailure.HungUp, $"no greeting: {lost.Reason}", lost);
        }
    }

    private static async Task NegotiateAsync(
        QmpConnection connection, QmpGreeting greeting, QmpClientOptions options, CancellationToken cancellationToken)
    {
        var enable = greeting.Capabilities.Contains(QmpGreeting.OutOfBandCapability) ? """{"enable":["oob"]}"""u8 : "{}"u8;
        var negotiate = new QmpCommand("qmp_capabilities", new JsonText(enable.ToArray()));
        try
        {
            await connection.ExecuteAsync(negotiate, options.NegotiationTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (QmpTimeoutException hung)
        {
            throw new QmpConnectException(
                QmpConnectFailure.NoNegotiation,
                $"greeted, but no answer to qmp_capabilities within {options.NegotiationTimeout.TotalSeconds:0.###} s: QEMU's main loop does not run",
                hung);
        }
        catch (QmpCommandException refused)
        {
            throw new QmpConnectException(
                QmpConnectFailure.Refused, $"QEMU refused qmp_capabilities: {refused.ErrorClass}: {refused.Description}", refused);
        }
        catch (QmpDisconnectedException lost)
        {
            throw new QmpConnectException(QmpConnectFailure.Lost, lost.Reason, lost);
        }
    }
}
