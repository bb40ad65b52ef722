using System.Net.Sockets;
using Gateway.Data;
using Gateway.Limits;
using QmpGateway.Qmp;

namespace Gateway.Vms.Endpoints;

/// <summary>
/// Connects to monitors, and to no other VM's. A link or a name can be changed after it was registered, so where it leads is looked up first, and
/// what was found is what is connected to.
/// </summary>
internal sealed class EndpointDialer(EndpointClaims claims, IHostApplicationLifetime lifetime)
{
    // The program's own files, most of which the runtime opens while the gateway starts.
    private const int ToStart = 256;

    private int underWay;

    /// <summary>Connects a VM to its monitor.</summary>
    /// <exception cref="SocketException">Nobody is there.</exception>
    /// <exception cref="QmpConnectException">Another VM's monitor is there, or a socket of the gateway's own.</exception>
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
        // Not before: the lowest free descriptor tells how many there are, and the path would take it and leave it again.
        ThrowIfTooFewAreLeft();
        var place = EndpointPlace.OfOpened(endpoint.Path, opened);
        if (UnixFile.Look(opened.Real)?.Birth != place.File?.Birth)
        {
            // It was removed in between, or it is a file of another mount namespace, whose names say nothing here.
            throw new SocketException((int)SocketError.AddressNotAvailable, "No such file or directory");
        }

        if (claims.IsDiscovered(vm) && !(FileTrust.Covers(endpoint.Path) && UnixFile.LookAtLink(endpoint.Path)?.Birth == place.File?.Birth))
        {
            // Discovery has not seen yet that its socket went, and somebody put a link or a socket of their own in its place.
            throw new SocketException((int)SocketError.AddressNotAvailable, "The socket is gone; what has its name now is not one that discovery takes");
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
        // Each may yet take one for the path and one for the connection.
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
                QmpConnectFailure.NotPermitted, $"{endpoint} leads to the monitor of another VM, or to a socket of the gateway itself, and is not connected to; register the VM at its own monitor");
        }
    }
}
