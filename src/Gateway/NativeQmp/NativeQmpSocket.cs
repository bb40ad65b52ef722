using System.Collections.Concurrent;
using System.Net.Sockets;
using Gateway.Limits;
using Gateway.Settings;
using Gateway.Sockets;
using Gateway.Vms;

namespace Gateway.NativeQmp;

/// <summary>A Unix socket on which the gateway serves native QMP for a VM. Only the gateway's user can open it unless <see cref="SocketsOptions"/> say otherwise.</summary>
internal sealed partial class NativeQmpSocket : IAsyncDisposable
{
    private readonly string vm;
    private readonly UnixListener listener;
    private readonly IVms vms;
    private readonly NativeQmpSessions sessions;
    private readonly ConnectionPlaces places;
    private readonly ILogger logger;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<Task, bool> serving = new();
    private readonly Task accepting;

    private NativeQmpSocket(string vm, string path, UnixListener listener, IVms vms, NativeQmpSessions sessions, ConnectionPlaces places, ILogger logger)
    {
        (this.vm, this.listener, this.vms, this.sessions, this.places, this.logger) = (vm, listener, vms, sessions, places, logger);
        Path = path;
        accepting = AcceptAsync();
    }

    /// <summary>The path of the socket.</summary>
    public string Path { get; }

    /// <summary>Creates the socket. Replaces a leftover file that nobody listens on.</summary>
    /// <exception cref="ConfigurationException">The socket cannot be created. The message names the setting.</exception>
    public static NativeQmpSocket Open(string vm, string path, SocketAccess access, IVms vms, NativeQmpSessions sessions, ConnectionPlaces places, ILogger logger)
    {
        try
        {
            return new NativeQmpSocket(vm, path, UnixListener.Bind(path, access), vms, sessions, places, logger);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Gateway:Vms:{vm}:Monitor = 'unix:{path}' cannot be created: {failure.Message}");
        }
    }

    /// <summary>Removes the socket. Sessions end after their commands in progress.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(serving.Keys);
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (await places.AcceptAsync(listener.Socket, closing.Token) is { } client)
        {
            var session = ServeAsync(client);
            serving.TryAdd(session, true);
            _ = session.ContinueWith(over => serving.TryRemove(over, out _), TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                await sessions.ServeAsync(vms.Get(vm), client, NativeQmpClient.At(Path, vm), closing.Token);
            }
            catch (Exception refused) when (refused is LimitReachedException or VmNotFoundException)
            {
                LogRefused(logger, vm, refused.Message);
            }
            catch (Exception fault)
            {
                LogFault(logger, fault, vm);
            }
        }

        places.Release();
    }

    [LoggerMessage(121, LogLevel.Warning, "A client of the monitor socket of {Vm} was refused. {Reason}")]
    private static partial void LogRefused(ILogger logger, string vm, string reason);

    [LoggerMessage(122, LogLevel.Error, "A session on the monitor socket of {Vm} failed. This is a bug in the gateway: report it with this line.")]
    private static partial void LogFault(ILogger logger, Exception fault, string vm);
}
