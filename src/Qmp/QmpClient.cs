using System.Net.Sockets;
using QmpGateway.Qmp.Connection;

namespace QmpGateway.Qmp;

/// <summary>
/// One QMP connection shared by any number of callers. Safe for use from many threads. It never sends a command twice: each
/// call ends in an answer, a <see cref="QmpCommandException"/> (refused), or an exception that says whether it was sent.
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

    /// <summary>What QEMU said of itself.</summary>
    public QmpGreeting Greeting { get; }

    /// <summary>Names QEMU's process, the same text for the same process; null where the transport cannot tell (TCP).</summary>
    public string? Peer { get; }

    /// <summary>Whether out-of-band execution was offered, and so is on.</summary>
    public bool OutOfBand => Greeting.Capabilities.Contains(QmpGreeting.OutOfBandCapability);

    /// <summary>Ends with the connection, never fails, and says in words how the connection ended.</summary>
    public Task<string> Completion => connection.Completion;

    /// <summary>
    /// The <c>SHUTDOWN</c> after which QEMU answered nothing that was sent later. Once QEMU has closed the connection, it tells that
    /// this QEMU has ended, and why. Null if none came, or if QEMU lived on after it (<c>-no-shutdown</c>).
    /// </summary>
    public QmpEvent? FinalShutdown => connection.FinalShutdown;

    /// <summary>When the last message came.</summary>
    public DateTimeOffset LastMessageAt => connection.LastMessageAt;

    /// <summary>Replies so far that no command of this connection waits for: those of earlier connections.</summary>
    public long UnclaimedReplies => connection.UnclaimedReplies;

    /// <summary>Dials, waits for the greeting and negotiates, with out-of-band execution wherever it is offered.</summary>
    /// <exception cref="QmpConnectException">It did not come about; says in which way.</exception>
    public static async Task<QmpClient> ConnectAsync(
        QmpEndpoint endpoint, QmpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new QmpClientOptions();
        return await ConnectOverAsync(endpoint.ConnectAsync, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects over a transport of the caller's, such as a tunnel or a pipe in memory.</summary>
    /// <param name="dial">Makes the transport. A <see cref="SocketException"/> means that nothing is there.</param>
    /// <param name="options">Deadlines and callbacks.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="QmpConnectException">It did not come about; says in which way.</exception>
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

    /// <summary>Runs a command and answers what QEMU returned.</summary>
    /// <param name="command">The command.</param>
    /// <param name="timeout">Its time, from now to the answer; <see cref="QmpClientOptions.CommandTimeout"/> by default.</param>
    /// <param name="cancellationToken">
    /// Ends the wait. A command that has not left is not sent; one that has goes its way, and its answer is dropped.
    /// </param>
    /// <exception cref="QmpCommandException">QEMU refused it.</exception>
    /// <exception cref="QmpTimeoutException">No answer in time.</exception>
    /// <exception cref="QmpDisconnectedException">The connection ended first.</exception>
    /// <exception cref="ArgumentException">QEMU could not read it: over 64 MiB, nested over 1024 deep, or no object as arguments.</exception>
    public Task<JsonText> ExecuteAsync(QmpCommand command, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        connection.ExecuteAsync(command, timeout ?? options.CommandTimeout, cancellationToken);

    /// <summary>
    /// Starts a reader of the events that come from now on. Any number of readers may run beside each other and beside
    /// <see cref="QmpClientOptions.OnEvent"/>, which also gets the events that come while the connection is made.
    /// </summary>
    /// <param name="capacity">How many events may wait for this reader; when more wait, newer ones are lost and reported.</param>
    public QmpEventReader ReadEvents(int capacity = 1024) => connection.Readers.Add(capacity);

    /// <summary>Ends the connection. Commands under way fail with <see cref="QmpDisconnectedException"/>.</summary>
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
                    // EAGAIN: the listen backlog is full, so somebody is connected and others wait.
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
        catch (QmpDisconnectedException gone)
        {
            throw new QmpConnectException(QmpConnectFailure.HungUp, $"no greeting: {gone.Reason}", gone);
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
        catch (QmpDisconnectedException gone)
        {
            throw new QmpConnectException(QmpConnectFailure.Lost, gone.Reason, gone);
        }
    }
}
