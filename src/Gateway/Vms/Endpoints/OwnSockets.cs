using System.Net;
using System.Net.NetworkInformation;
using Gateway.Settings;
using Gateway.Vms.Registry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using QmpGateway.Qmp;

namespace Gateway.Vms.Endpoints;

/// <summary>The sockets that the gateway itself listens on. They are not monitors of VMs, and a connection to one would loop back to the gateway.</summary>
internal sealed class OwnSockets(IServer server, Current<ConfiguredVms> configured)
{
    private sealed record NativeQmpPlaces(ConfiguredVms Of, EndpointPlace[] Places);

    private volatile NativeQmpPlaces? nativeQmp;

    /// <summary>Whether an endpoint leads to one of these sockets.</summary>
    public bool Include(EndpointPlace place) =>
        (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Any(url => Listens(url, place)) || CurrentPlaces().Any(place.Shares);

    /// <summary>Whether an endpoint leads to a server that listens at <paramref name="url"/>.</summary>
    public static bool Listens(string url, EndpointPlace place)
    {
        var listening = BindingAddress.Parse(url);
        return listening.IsUnixPipe
            ? QmpEndpoint.TryParse($"unix:{listening.UnixPipePath}", out var socket) && place.Shares(EndpointPlace.Of(socket))
            : place.Addresses.Any(address => address.Port == listening.Port && Listens(listening.Host, address.Address));
    }

    private static bool Listens(string host, IPAddress address)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback);
        }

        // If the host is not an IP address, Kestrel listens on all addresses.
        return IPAddress.TryParse(host.Trim('[', ']'), out var bound) && !bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any)
            ? address.Equals(bound.IsIPv4MappedToIPv6 ? bound.MapToIPv4() : bound)
            : IPAddress.IsLoopback(address) || NetworkInterface.GetAllNetworkInterfaces().Any(network =>
                network.GetIPProperties().UnicastAddresses.Any(local => local.Address.Equals(address)));
    }

    private EndpointPlace[] CurrentPlaces()
    {
        var now = configured.Value;
        var known = nativeQmp;
        if (known?.Of != now)
        {
            nativeQmp = known = new NativeQmpPlaces(now, [.. now.NativeQmpSockets().Values.Select(EndpointPlace.Of)]);
        }

        return known.Places;
    }
}
