using System.Net.Sockets;
using Gateway.Data;
using Gateway.Limits;
using QmpGateway.Qmp;

namespace Gateway.Vms.Endpoints;

/// <summary>
/// Connects a VM to its monitor, and never to the monitor of another VM. A link or a host name can change after it was registered, so it is resolved and
/// checked first, and the connection goes to the resolved place.
/// </summary>
internal sealed class EndpointDialer(EndpointClaims claims, IHostApplicationLifetime lifetime)
{
    // Descriptors for the files of the program. The runtime opens most of them while the gateway starts.
    private const int ToStart = 256;

    private int underWay;

    /// <summary>Connects a VM to its monitor.</summary>
    /// <exception cref="SocketException">Nothing listens at the endpoint.</exception>
    /// <exception cref="QmpConnectException">The endpoint leads to the monitor of another VM, or to a socket of the gateway.</exception>
    public async Task<QmpTransport> DialAsync(string vm, QmpEndpoint endpoint, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref underWay);
        try
        {
            return await (endpoint switch
            {
                UnixQmpEndpoint unix => DialAsync(vm, unix, cancellationToken),
                TcpQmpEndpoint tcp => DialAsync(vm, tcp, cancellationToken),
                _ => throw new ArgumentException($"'{endpoint}' is an unknown kind of endpoint", nameof(endpoint)),
            });
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private async Task<QmpTransport> DialAsync(string vm, UnixQmpEndpoint endpoint, CancellationToken cancellationToken)
    {
        using var opened = OpenedPath.Open(endpoint.Path);
        // After opening the path: the check uses the lowest free descriptor number, and the path takes that number.
        ThrowIfTooFewAreLeft();
        var place = EndpointPlace.OfOpened(endpoint.Path, opened);
        if (UnixFile.Look(opened.Real)?.Birth != place.File?.Birth)
        {
            // The socket was removed in between, or it belongs to another mount namespace, whose paths mean nothing here.
            throw new SocketException((int)SocketError.AddressNotAvailable, "No such file or directory");
        }

        if (claims.IsDiscovered(vm) && !(FileTrust.Covers(endpoint.Path) && UnixFile.LookAtLink(endpoint.Path)?.Birth == place.File?.Birth))
        {
            // The socket was replaced by a link or by the socket of an untrusted user, and discovery has not noticed it yet.
            throw new SocketException((int)SocketError.AddressNotAvailable, "the socket was replaced by a file that discovery does not accept");
        }

        Check(vm, endpoint, place);
        return await QmpEndpoint.Parse($"unix:{opened.Path}").ConnectAsync(cancellationToken);
    }

    private async Task<QmpTransport> DialAsync(string vm, TcpQmpEndpoint endpoint, CancellationToken cancellationToken)
    {
        ThrowIfTooFewAreLeft();
        var place = await EndpointPlace.FindAsync(endpoint, cancellationToken);
        Check(vm, endpoint, place);
        SocketException? failure = null;
        foreach (var address in place.Addresses)
        {
            try
            {
                return await QmpEndpoint.Parse($"tcp:{address}").ConnectAsync(cancellationToken);
            }
            catch (SocketException next)
            {
                failure ??= next;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private void ThrowIfTooFewAreLeft()
    {
        // Each attempt in progress may need a descriptor for the path and one for the connection.
        var needed = (2 * Volatile.Read(ref underWay)) + (lifetime.ApplicationStarted.IsCancellationRequested ? 0 : ToStart);
        if (!Descriptors.AreEnoughForFiles(needed))
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets, "Too many files and sockets are open: raise the limit of the process (LimitNOFILE)");
        }
    }

    private void Check(string vm, QmpEndpoint endpoint, EndpointPlace place)
    {
        if (claims.IsDenied(vm, place))
        {
            throw new QmpConnectException(
                QmpConnectFailure.NotPermitted, $"{endpoint} leads to the monitor of another VM or to a socket of the gateway; register the VM with its own monitor");
        }
    }
}
