using System.Net;
using System.Net.Sockets;
using Gateway.Access;
using Gateway.Requests.Reading;
using Gateway.Settings;
using Gateway.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Gateway.Security;

/// <summary>
/// Creates all sockets that Kestrel listens on, wherever their addresses come from. It refuses addresses that other hosts can reach while no
/// authentication is configured, and it creates Unix sockets with the configured owner and mode.
/// </summary>
internal sealed class KestrelListeners(
    IOptions<SocketTransportOptions> options, SocketsOptions sockets, AccessRules access, ConnectionPlaces places, ILoggerFactory logs)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketConnectionFactoryOptions connections = new()
    {
        IOQueueCount = options.Value.IOQueueCount,
        MaxReadBufferSize = options.Value.MaxReadBufferSize,
        MaxWriteBufferSize = options.Value.MaxWriteBufferSize,
        UnsafePreferInlineScheduling = options.Value.UnsafePreferInlineScheduling,
        WaitForDataBeforeAllocatingBuffer = options.Value.WaitForDataBeforeAllocatingBuffer,
    };

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(endpoint is UnixDomainSocketEndPoint unix ? OnUnix(unix.ToString()) : OnTcp((IPEndPoint)endpoint));

    private Listener OnUnix(string path)
    {
        try
        {
            var bound = UnixListener.Bind(path, SocketAccess.Of(sockets));
            return Listen(bound.Socket, bound);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Urls: the socket '{path}' cannot be created: {failure.Message}");
        }
    }

    private Listener OnTcp(IPEndPoint endpoint)
    {
        if (!access.Required && !IPAddress.IsLoopback(endpoint.Address))
        {
            throw new ConfigurationException($"Urls: {endpoint} is open to other hosts, and no authentication is configured");
        }

        try
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.NoDelay = options.Value.NoDelay;
            return Listen(socket, socket);
        }
        catch (SocketException inUse) when (inUse.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(inUse.Message, inUse);
        }
    }

    private Listener Listen(Socket socket, IDisposable bound)
    {
        // Accepted sockets inherit this option. By default, the system lets each send buffer grow to megabytes.
        socket.SendBufferSize = ReaderBounds.Socket;
        socket.Listen(options.Value.Backlog);
        return new Listener(
            socket, bound, places, new SocketConnectionContextFactory(connections, logs.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets")));
    }

    private sealed class Listener(
        Socket socket, IDisposable bound, ConnectionPlaces places, SocketConnectionContextFactory contexts) : IConnectionListener
    {
        public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            var client = await places.AcceptAsync(socket, cancellationToken);
            return client is null ? null : new CountedConnection(contexts.Create(client), places);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            bound.Dispose();
            return default;
        }

        public ValueTask DisposeAsync()
        {
            bound.Dispose();
            contexts.Dispose();
            return default;
        }
    }
}
