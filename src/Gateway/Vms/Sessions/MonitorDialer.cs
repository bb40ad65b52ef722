using System.Net.Sockets;
using Gateway.Vms.Discovery;
using Polly;
using Polly.Retry;
using QmpGateway.Qmp;

namespace Gateway.Vms.Sessions;

/// <summary>Opens a connection to the endpoint of a VM.</summary>
public delegate Task<QmpTransport> Dial(string vm, QmpEndpoint endpoint, CancellationToken cancellationToken);

/// <summary>
/// Connects to a monitor. Retries indefinitely with increasing delays, and immediately when the file of the socket appears.
/// </summary>
internal sealed class MonitorDialer(string vm, QmpEndpoint endpoint, VmState state, Dial dial, DirectoryWatches watches, TimeProvider time)
{
    // How long QEMU may stay silent before the state changes to busy or stuck.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly Lock sync = new();
    private CancellationTokenSource? waiting;
    private int appearances;
    private volatile bool leaving;

    // Whether the peer closed the connection without a greeting in the last attempt.
    private bool hungUp;

    /// <summary>Whether to give up when nothing listens at the endpoint. Changing this ends the delay between attempts.</summary>
    public bool Leaving
    {
        get => leaving;
        set
        {
            leaving = value;
            Appeared();
        }
    }

    /// <summary>Returns the connected client, or null if nothing listens at the endpoint and <see cref="Leaving"/> is true. Fails only if cancelled.</summary>
    public async Task<QmpClient?> ConnectAsync(QmpClientOptions options, CancellationToken cancellationToken)
    {
        using var watch = endpoint is UnixQmpEndpoint unix ? new SocketFileWatch(watches, unix.Path, Appeared) : null;
        while (true)
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var seen = 0;
            var left = false;
            var pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<QmpConnectException>(),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(5),
                OnRetry = failed =>
                {
                    left = leaving && NothingListens(failed.Outcome.Exception);
                    return left ? new ValueTask(round.CancelAsync()) : Wait(round, seen);
                },
            }).Build();
            try
            {
                return await pipeline.ExecuteAsync(
                    async token =>
                    {
                        seen = BeginAttempt();
                        watch?.Renew();
                        return await AttemptAsync(options, token);
                    },
                    round.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                if (left)
                {
                    return null;
                }

                // The file of the socket appeared: start a new round with short delays.
            }
            finally
            {
                EndRound();
            }
        }
    }

    private async Task<QmpClient> AttemptAsync(QmpClientOptions options, CancellationToken cancellationToken)
    {
        state.Attempting();
        using var silence = new SilenceWatch(state, time, Silence);
        var watched = new QmpClientOptions
        {
            CommandTimeout = options.CommandTimeout,
            MaxMessageBytes = options.MaxMessageBytes,
            OnEvent = options.OnEvent,
            OnUnclaimedReply = options.OnUnclaimedReply,
            OnPhase = silence.Enter,
            Time = time,
        };
        try
        {
            var client = await QmpClient.ConnectOverAsync(token => dial(vm, endpoint, token), watched, cancellationToken);
            hungUp = false;
            return client;
        }
        catch (QmpConnectException failure)
        {
            silence.Dispose();
            // While the sockets of a killed QEMU are being closed, it may accept one more client, and it closes the connection of a client that waited while
            // it was busy. The peer was QEMU, so the state must not become not-qmp.
            var isEnding = failure.Failure == QmpConnectFailure.HungUp && !hungUp
                && state.Snapshot.Connection.State is ConnectionState.Disconnected or ConnectionState.Busy;
            hungUp = failure.Failure == QmpConnectFailure.HungUp;
            if (!isEnding)
            {
                state.NotConnected(ConnectionStates.Of(failure.Failure), failure.Message, NothingListens(failure), IsDenied(failure));
            }

            throw;
        }
    }

    // ECONNREFUSED, and the code that .NET uses for ENOENT. Other errors, such as a lack of descriptors in this process, say nothing about QEMU.
    private bool NothingListens(Exception? failure) =>
        endpoint is UnixQmpEndpoint && failure?.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.AddressNotAvailable };

    private static bool IsDenied(Exception failure) => failure.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied };

    private int BeginAttempt()
    {
        lock (sync)
        {
            waiting = null;
            return appearances;
        }
    }

    /// <summary>Lets the file's appearance end the delay that follows. If the file has appeared since the attempt began, the delay ends at once.</summary>
    private ValueTask Wait(CancellationTokenSource round, int seen)
    {
        lock (sync)
        {
            waiting = round;
            if (appearances != seen)
            {
                round.Cancel();
            }
        }

        return default;
    }

    /// <summary>Ends a round, so that an appearance of the file no longer cancels it.</summary>
    private void EndRound()
    {
        lock (sync)
        {
            waiting = null;
        }
    }

    private void Appeared()
    {
        lock (sync)
        {
            appearances++;
            // Cancel may run the waiting code synchronously, and that code may set `waiting` again.
            var wake = waiting;
            waiting = null;
            wake?.Cancel();
        }
    }

    /// <summary>Changes the state while an attempt is still in progress, if QEMU stays silent for too long.</summary>
    private sealed class SilenceWatch(VmState state, TimeProvider time, TimeSpan patience) : IDisposable
    {
        private readonly Lock sync = new();
        private ITimer? timer;
        private bool over;

        public void Enter(QmpConnectPhase phase)
        {
            lock (sync)
            {
                timer?.Dispose();
                timer = over || phase == QmpConnectPhase.Connecting ? null : time.CreateTimer(_ => Tell(phase), null, patience, Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            lock (sync)
            {
                over = true;
                timer?.Dispose();
            }
        }

        private void Tell(QmpConnectPhase phase)
        {
            lock (sync)
            {
                if (over)
                {
                    return;
                }

                if (phase == QmpConnectPhase.AwaitingGreeting)
                {
                    state.NotConnected(ConnectionState.Busy, "no greeting yet: another client holds the monitor, or QEMU is stopped");
                }
                else
                {
                    state.NotConnected(ConnectionState.Stuck, "greeted, but no answer to qmp_capabilities yet: QEMU's main loop does not run");
                }
            }
        }
    }
}
