using Gateway.Settings;
using Gateway.Sockets;
using Gateway.Vms;
using Gateway.Vms.Registry;

namespace Gateway.NativeQmp;

/// <summary>The native QMP sockets in the configuration.</summary>
internal sealed partial class NativeQmpSockets(IVms vms, NativeQmpSessions sessions, ConnectionPlaces places, SocketsOptions options, Current<ConfiguredVms> configured, ILogger<NativeQmpSockets> logger) : IHostedService
{
    private readonly Lock sync = new();
    private readonly SocketAccess access = SocketAccess.Of(options);
    private readonly Dictionary<string, NativeQmpSocket> open = [];

    /// <summary>Creates the sockets at startup.</summary>
    /// <exception cref="ConfigurationException">A socket cannot be created.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (vm, socket) in configured.Value.NativeQmpSockets())
            {
                Open(vm, socket.Path);
            }
        }
        catch
        {
            await StopAsync(cancellationToken);
            throw;
        }
    }

    /// <summary>Creates the sockets that a changed configuration adds, and removes those that it no longer contains.</summary>
    public async Task ChangeAsync(ConfiguredVms changed)
    {
        var wanted = changed.NativeQmpSockets();
        await CloseAsync((vm, path) => wanted.GetValueOrDefault(vm)?.Path != path);
        foreach (var (vm, socket) in wanted)
        {
            try
            {
                Open(vm, socket.Path);
            }
            catch (ConfigurationException failure)
            {
                LogNotMade(failure.Message);
            }
        }
    }

    /// <summary>Removes all sockets.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => CloseAsync(static (_, _) => true);

    /// <summary>Creates a socket, unless it exists.</summary>
    private void Open(string vm, string path)
    {
        lock (sync)
        {
            if (!open.ContainsKey(vm))
            {
                open.Add(vm, NativeQmpSocket.Open(vm, path, access, vms, sessions, places, logger));
            }
        }
    }

    private async Task CloseAsync(Func<string, string, bool> which)
    {
        KeyValuePair<string, NativeQmpSocket>[] closed;
        lock (sync)
        {
            closed = [.. open.Where(one => which(one.Key, one.Value.Path))];
            Array.ForEach(closed, one => open.Remove(one.Key));
        }

        await Task.WhenAll(closed.Select(static one => one.Value.DisposeAsync().AsTask()));
    }

    [LoggerMessage(123, LogLevel.Error, "{Reason}. The VM is available without this socket; correct the setting.")]
    private partial void LogNotMade(string reason);
}
