using System.Net.Sockets;
using Gateway.Vms.Discovery;
using Polly;
using Polly.Retry;
using QmpGateway.Qmp;

namespace Gateway.Vms.Sessions;

/// <summary>Opens the line from a VM to its endpoint.</summary>
public delegate Task<QmpTransport> Dial(string vm, QmpEndpoint endpoint, CancellationToken cancellationToken);

/// <summary>
/// Connects to a monitor, however long that takes: it tries again ever more rarely, and at once when the socket's file appears.
/// </summary>
internal sealed class MonitorDialer(string vm, QmpEndpoint endpoint, VmState state, Dial dial, DirectoryWatches watches, TimeProvider time)
{
    // How long silence lasts before it is told as such.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly Lock sync = new();
    private CancellationTokenSource? waiting;
    private int appearances;
    private volatile bool leaving;

    // Whether the last attempt met somebody who hung up without a greeting.
    private bool hungUp;

    /// <summary>Whether to give up once nobody is there. Changing this ends a delay between attempts.</summary>
    public bool Leaving
    {
        get => leaving;
        set
        {
            leaving = value;
            Appeared();
        }
    }

    /// <summary>Returns the connected client, or null where nobody was there when <see cref="Leaving"/>; fails only when cancelled.</summary>
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
                    left = leaving && IsNobodyThere(failed.Outcome.Exception);
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

                // The socket's file appeared: a new round, with short delays again.
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
            // A QEMU that was killed may take one more client while its sockets are closed, and hangs up on the one that waited while it was busy:
            // that is no reason to call it none.
            var isEnding = failure.Failure == QmpConnectFailure.HungUp && !hungUp
                && state.Snapshot.Connection.State is ConnectionState.Disconnected or ConnectionState.Busy;
            hungUp = failure.Failure == QmpConnectFailure.HungUp;
            if (!isEnding)
            {
                state.NotConnected(ConnectionStates.Of(failure.Failure), failure.Message, hasEnded: IsNobodyThere(failure));
            }

            throw;
        }
    }

    // ECONNREFUSED, and what .NET makes of ENOENT. Anything else, such as a lack of descriptors here, says nothing about QEMU.
    private bool IsNobodyThere(Exception? failure) =>
        endpoint is UnixQmpEndpoint && failure?.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.AddressNotAvailable };

    private int BeginAttempt()
    {
        lock (sync)
        {
            waiting = null;
            return appearances;
        }
    }

    /// <summary>Lets an appearance of the file end the delay that follows; one since the attempt began ends it at once.</summary>
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

    /// <summary>No appearance may reach a round that is over.</summary>
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
            // What waits may go on within this call, and wait again.
            var wake = waiting;
            waiting = null;
            wake?.Cancel();
        }
    }

    /// <summary>Tells the state of an attempt that is still under way, once its silence has lasted.</summary>
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
