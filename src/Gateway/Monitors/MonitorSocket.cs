using System.Collections.Concurrent;
using System.Net.Sockets;
using Gateway.Configuration;
using Gateway.Limits;
using Gateway.Security;
using Gateway.Vms;
using Qmp;

namespace Gateway.Monitors;

/// <summary>A VM's monitor on a Unix socket of the gateway's own, which nobody but its user can open.</summary>
internal sealed partial class MonitorSocket : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Backlog = 128;

    private readonly string vm;
    private readonly Socket listener;
    private readonly string identity;
    private readonly IVms vms;
    private readonly MonitorSessions sessions;
    private readonly ILogger logger;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<Task, bool> serving = new();
    private readonly Task accepting;

    private MonitorSocket(string vm, string path, Socket listener, IVms vms, MonitorSessions sessions, ILogger logger)
    {
        (this.vm, this.listener, this.vms, this.sessions, this.logger) = (vm, listener, vms, sessions, logger);
        Path = path;
        identity = UnixFile.Look(path)!.Value.Identity;
        accepting = AcceptAsync();
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Makes the socket, in the place of one that nobody serves any more.</summary>
    /// <exception cref="ConfigurationException">It cannot be made; says which setting to change.</exception>
    public static MonitorSocket Open(string vm, string path, IVms vms, MonitorSessions sessions, ILogger logger)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            MakeRoom(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            // Until it listens nobody can connect, and then nobody else may.
            File.SetUnixFileMode(path, OwnerOnly);
            listener.Listen(Backlog);
            return new MonitorSocket(vm, path, listener, vms, sessions, logger);
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
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
        // Not another's, which took its place.
        if (UnixFile.Look(Path)?.Identity == identity)
        {
            File.Delete(Path);
        }

        closing.Dispose();
    }

    private static void MakeRoom(string path)
    {
        if (UnixFile.Look(path) is not { } there)
        {
            return;
        }

        if (!there.IsSocket)
        {
            throw new IOException("there is a file that is no socket");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException nobody) when (nobody.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new IOException("another program serves a socket there");
    }

    private async Task AcceptAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                var session = ServeAsync(await listener.AcceptAsync(closing.Token));
                serving.TryAdd(session, true);
                _ = session.ContinueWith(over => serving.TryRemove(over, out _), TaskScheduler.Default);
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                // No descriptor is left, most likely: the next client finds one, or waits in the backlog.
                LogNotAccepted(logger, vm, failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                await sessions.ServeAsync(vms.Get(vm), client, new MonitorClient(CallerKinds.Monitor, MonitorClient.OfSocket, $"unix:{Path}", MonitorClient.OfSocket), closing.Token);
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
    }

    [LoggerMessage(120, LogLevel.Warning, "A client of the monitor of {Vm} could not be accepted: {Reason}.")]
    private static partial void LogNotAccepted(ILogger logger, string vm, string reason);

    [LoggerMessage(121, LogLevel.Warning, "A client of the monitor of {Vm} was turned away: {Reason}.")]
    private static partial void LogRefused(ILogger logger, string vm, string reason);

    [LoggerMessage(122, LogLevel.Error, "A session on the monitor of {Vm} failed. This is a fault of the gateway: report it with this line.")]
    private static partial void LogFault(ILogger logger, Exception fault, string vm);
}
