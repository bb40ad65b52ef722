using System.Net;
using System.Net.Sockets;
using Gateway.Configuration;
using Gateway.Observability;
using Gateway.Security;
using Gateway.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using QmpGateway.Qmp;

namespace Gateway.CommandLine;

/// <summary>Finds sockets that the gateway could not create at startup.</summary>
internal static class SocketFaults
{
    /// <param name="configuration">The configuration with the addresses to listen on.</param>
    /// <param name="options">The options with the metrics addresses and the monitor sockets.</param>
    /// <param name="isRunning">Whether a gateway is running with this data directory. Addresses in use are then assumed to be its own.</param>
    public static IEnumerable<string> Of(IConfiguration configuration, GatewayOptions options, bool isRunning) =>
    [
        .. ListenAddresses.Of(configuration).Concat(options.Metrics.Addresses().Select(static url => ("Gateway:Metrics:Urls", url)))
            .SelectMany(address => OfUrl(address.Item1, address.Item2, isRunning)),
        .. options.Vms.Where(static vm => vm.Value.Monitor is not null).SelectMany(vm =>
            OfPath($"Gateway:Vms:{vm.Key}:Monitor", vm.Value.Monitor!, ((UnixQmpEndpoint)QmpEndpoint.Parse(vm.Value.Monitor!)).Path, isRunning)),
    ];

    private static IEnumerable<string> OfUrl(string key, string url, bool isRunning)
    {
        var address = BindingAddress.Parse(url);
        return address.IsUnixPipe ? OfPath(key, url, address.UnixPipePath, isRunning) : OfPort(key, url, EndPoint(address), isRunning);
    }

    private static IEnumerable<string> OfPath(string key, string text, string path, bool isRunning)
    {
        try
        {
            UnixListener.Probe(path, mayBeServed: isRunning);
            return [];
        }
        catch (IOException failure)
        {
            return [$"{key} = '{text}' cannot be created: {failure.Message}"];
        }
    }

    private static IEnumerable<string> OfPort(string key, string url, IPEndPoint endpoint, bool isRunning)
    {
        try
        {
            SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint).Dispose();
            return [];
        }
        catch (SocketException failure)
        {
            return isRunning && failure.SocketErrorCode == SocketError.AddressAlreadyInUse ? [] : [$"{key} = '{url}' cannot be listened on: {failure.Message}"];
        }
    }

    private static IPEndPoint EndPoint(BindingAddress address) => new(
        IPAddress.TryParse(address.Host, out var ip) ? ip
            : address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
        address.Port);
}
