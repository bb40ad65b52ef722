using System.Net.Sockets;
using Gateway.Limits;

namespace Gateway.Sockets;

/// <summary>
/// Limits the client connections of all listening sockets together. A connection beyond the limit is closed immediately, before the process runs out of
/// descriptors. The runtime ends the process if it cannot open a descriptor.
/// </summary>
internal sealed partial class ConnectionPlaces(LimitsOptions limits, LimitMetrics metrics, TimeProvider time, ILogger<ConnectionPlaces> logger)
{
    // So many clients are always accepted. If there are more QEMUs than descriptors, the operator must still be able to connect and see that.
    private const int Always = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private int taken;

    /// <summary>The number of connections.</summary>
    public int Taken => Volatile.Read(ref taken);

    /// <summary>Waits for the next client, which holds a place until <see cref="Release"/> is called.</summary>
    /// <returns>The client's socket, or null if the listening socket is closed.</returns>
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
                // For example, no descriptor is free. The client stays in the queue of the listening socket.
                LogNotAccepted(failure.Message);
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Releases the place of a client.</summary>
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

    [LoggerMessage(130, LogLevel.Warning, "A new connection was closed: {Taken} connections are open, and Gateway:Limits:Connections is {Connections}. The process may open {Descriptors} files and sockets.")]
    private partial void LogFull(int taken, int connections, long descriptors);

    [LoggerMessage(131, LogLevel.Warning, "A connection could not be accepted: {Reason}.")]
    private partial void LogNotAccepted(string reason);
}
