using System.Collections.Concurrent;
using System.Net.Sockets;
using Gateway.Access;
using Gateway.Limits;
using Gateway.Settings;
using Gateway.Sockets;
using Gateway.Vms;

namespace Gateway.NativeQmp;

/// <summary>A VM's monitor on a Unix socket of the gateway's own, which nobody but its user can open unless <see cref="SocketsOptions"/> say otherwise.</summary>
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

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes the socket, in the place of one that nobody serves any more.</summary>
    /// <exception cref="ConfigurationException">It cannot be made; says which setting to change.</exception>
    public static NativeQmpSocket Open(string vm, string path, SocketAccess access, IVms vms, NativeQmpSessions sessions, ConnectionPlaces places, ILogger logger)
    {
        try
        {
            return new NativeQmpSocket(vm, path, UnixListener.Bind(path, access), vms, sessions, places, logger);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Gateway:Vms:{vm}:Monitor = 'unix:{path}' cannot be made: {failure.Message}");
        }
    }

    /// <summary>Takes the socket away. Sessions end, what is under way in them first.</summary>
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
                await sessions.ServeAsync(vms.Get(vm), client, new NativeQmpClient(CallerKinds.Monitor, NativeQmpClient.OfSocket, $"unix:{Path}", NativeQmpClient.OfSocket), closing.Token);
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

    [LoggerMessage(121, LogLevel.Warning, "A client of the monitor of {Vm} was turned away: {Reason}.")]
    private static partial void LogRefused(ILogger logger, string vm, string reason);

    [LoggerMessage(122, LogLevel.Error, "A session on the monitor of {Vm} failed. This is a fault of the gateway: report it with this line.")]
    private static partial void LogFault(ILogger logger, Exception fault, string vm);
}
