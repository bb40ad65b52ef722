using System.Net;
using System.Net.Sockets;
using QmpGateway.Qmp;

namespace Gateway.Vms.Endpoints;

/// <summary>The place that an endpoint leads to, however it is spelled. Two endpoints that share a name or a file lead to the same monitor.</summary>
/// <param name="Names">Its names: the path as written and with links resolved, or the host as written and its addresses.</param>
/// <param name="File">The file of the socket; null if there is none.</param>
/// <param name="Addresses">Its addresses; empty for a path.</param>
internal sealed record EndpointPlace(IReadOnlySet<string> Names, UnixFile? File, IReadOnlyList<IPEndPoint> Addresses)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly IPAddress[] Localhost = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>Returns what is known about an endpoint without a DNS lookup.</summary>
    public static EndpointPlace Of(QmpEndpoint endpoint) => endpoint switch
    {
        UnixQmpEndpoint unix => OfPath(unix.Path, OpenedPath.RealOf(unix.Path), unix.Path),
        TcpQmpEndpoint tcp => OfHost(tcp, IPAddress.TryParse(tcp.Host, out var address) ? [address] : IsLocalhost(tcp.Host) ? Localhost : []),
        _ => throw new ArgumentException($"'{endpoint}' is an unknown kind of endpoint", nameof(endpoint)),
    };

    /// <summary>Returns the place of an endpoint, including the addresses of its host.</summary>
    /// <exception cref="SocketException">The host name cannot be resolved.</exception>
    public static async Task<EndpointPlace> FindAsync(QmpEndpoint endpoint, CancellationToken cancellationToken) =>
        Of(endpoint) is { File: null, Addresses.Count: 0 } && endpoint is TcpQmpEndpoint tcp
            ? OfHost(tcp, await Dns.GetHostAddressesAsync(tcp.Host, cancellationToken))
            : Of(endpoint);

    /// <summary>Returns the place of an endpoint. If DNS is slow or fails, returns it without addresses. The name is resolved again before each connection.</summary>
    public static async Task<EndpointPlace> FindOrGuessAsync(QmpEndpoint endpoint, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await FindAsync(endpoint, patience.Token);
        }
        catch (Exception unknown) when (unknown is SocketException or OperationCanceledException)
        {
            return Of(endpoint);
        }
    }

    /// <summary>Returns the place that a path led to when it was opened.</summary>
    public static EndpointPlace OfOpened(string path, OpenedPath opened) => OfPath(path, opened.Real, opened.Path);

    /// <summary>Whether both lead to the same monitor.</summary>
    public bool Shares(EndpointPlace other) => Names.Overlaps(other.Names) || (File is { Links: > 1 } && File?.Birth == other.File?.Birth);

    private static EndpointPlace OfPath(string written, string real, string opened) =>
        new(new HashSet<string>([Path.GetFullPath(written), real]), UnixFile.Look(opened), []);

    private static EndpointPlace OfHost(TcpQmpEndpoint tcp, IEnumerable<IPAddress> addresses)
    {
        IPEndPoint[] canonical = [.. addresses.SelectMany(Canonical).Distinct().Select(address => new IPEndPoint(address, tcp.Port))];
        return new(canonical.Select(static address => address.ToString()).Append($"{tcp.Host.TrimEnd('.').ToLowerInvariant()}:{tcp.Port}").ToHashSet(), File: null, canonical);
    }

    // Connecting to the unspecified address (0.0.0.0 or ::) reaches this host.
    private static IEnumerable<IPAddress> Canonical(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? Canonical(address.MapToIPv4())
        : address.Equals(IPAddress.Any) ? [IPAddress.Loopback]
        : address.Equals(IPAddress.IPv6Any) ? Localhost
        : [address];

    // RFC 6761, section 6.3.
    private static bool IsLocalhost(string host) =>
        host.TrimEnd('.') is var name && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));
}
