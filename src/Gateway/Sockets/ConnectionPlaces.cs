using System.Net.Sockets;
using Gateway.Limits;

namespace Gateway.Sockets;

/// <summary>
/// The places of clients' connections, those of all listening sockets together. A connection beyond them is closed at once, before the
/// descriptors run out: the runtime ends the process where it finds none.
/// </summary>
internal sealed partial class ConnectionPlaces(LimitsOptions limits, LimitMetrics metrics, TimeProvider time, ILogger<ConnectionPlaces> logger)
{
    // More QEMUs than the process has descriptors for do not shut out the operator, who has to see that.
    private const int Always = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private int taken;

    /// <summary>Connections there are.</summary>
    public int Taken => Volatile.Read(ref taken);

    /// <summary>Waits for the next client, who holds a place until <see cref="Release"/>.</summary>
    /// <returns>Null once the listening socket is closed.</returns>
    public async ValueTask<Socket?> AcceptAsync(Socket listener, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var client = await listener.AcceptAsync(cancellationToken);
                if (TryTake(client))
                {
                    return client;
                }

                metrics.Refused(nameof(LimitsOptions.Connections));
                LogFull(Taken, limits.Connections, Descriptors.Most);
                client.Dispose();
            }
            catch (Exception over) when (over is ObjectDisposedException or OperationCanceledException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException failure)
            {
                // Should there be no descriptor after all, the client waits in the queue of the socket.
                LogNotAccepted(failure.Message);
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>A client is gone.</summary>
    public void Release() => Interlocked.Decrement(ref taken);

    private bool TryTake(Socket client)
    {
        var now = Interlocked.Increment(ref taken);
        if (now <= limits.Connections && (now <= Always || Descriptors.LeavesEnoughForQemus(client.Handle)))
        {
            return true;
        }

        Release();
        return false;
    }

    [LoggerMessage(130, LogLevel.Warning, "A new connection was closed: there are {Taken}, and Gateway:Limits:Connections is {Connections}. The process may have {Descriptors} files and sockets open.")]
    private partial void LogFull(int taken, int connections, long descriptors);

    [LoggerMessage(131, LogLevel.Warning, "A connection could not be accepted: {Reason}.")]
    private partial void LogNotAccepted(string reason);
}
