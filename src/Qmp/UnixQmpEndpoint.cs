using System.Net.Sockets;
using System.Text;
using QmpGateway.Qmp.Connection;

namespace QmpGateway.Qmp;

/// <summary>A monitor on a Unix socket of this host.</summary>
public sealed record UnixQmpEndpoint : QmpEndpoint
{
    // sockaddr_un has room for 108 bytes, including the terminating zero.
    private const int MaxPathBytes = 107;

    private UnixQmpEndpoint(string path) => Path = path;

    /// <summary>The socket's absolute path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override async Task<QmpTransport> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            return await SocketTransport.ConnectAsync(
                socket, new UnixDomainSocketEndPoint(Path), connected => UnixPeer.Identify(connected, Path), cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException missing) when (missing.SocketErrorCode is SocketError.AddressNotAvailable)
        {
            // .NET reports ENOENT as "Cannot assign requested address", which looks like a network problem.
            throw new SocketException((int)missing.SocketErrorCode, "no such file");
        }
    }

    /// <summary>Returns the endpoint in the format of <see cref="QmpEndpoint.Parse"/>.</summary>
    public override string ToString() => $"unix:{Path}";

    internal static UnixQmpEndpoint? From(string path) =>
        path.StartsWith('/') && path.Length > 1 && !path.Contains('\0') && Encoding.UTF8.GetByteCount(path) <= MaxPathBytes
            ? new UnixQmpEndpoint(path)
            : null;
}
