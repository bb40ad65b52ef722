using System.Net;

namespace Gateway.Sockets;

/// <summary>The names and addresses that only this host can reach.</summary>
internal static class Loopback
{
    /// <summary>Whether a host as a URL or a <c>Host</c> header has it is the loopback: <c>localhost</c>, or one of its addresses, IPv6 in brackets or not.</summary>
    public static bool Is(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
