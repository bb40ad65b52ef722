using System.Globalization;
using System.Net.Sockets;
using QmpGateway.Qmp.Connection;

namespace QmpGateway.Qmp;

/// <summary>A monitor on a TCP port.</summary>
public sealed record TcpQmpEndpoint : QmpEndpoint
{
    private const int TcpLevel = 6; // IPPROTO_TCP
    private const int TcpUserTimeout = 18; // TCP_USER_TIMEOUT, milliseconds: see tcp(7) and RFC 5482

    private TcpQmpEndpoint(string host, int port) => (Host, Port) = (host, port);

    /// <summary>A host name or an IP address. An IPv6 address has no brackets.</summary>
    public string Host { get; }

    /// <summary>The port, 1 to 65535.</summary>
    public int Port { get; }

    /// <inheritdoc/>
    public override Task<QmpTransport> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        return SocketTransport.ConnectAsync(
            socket,
            new System.Net.DnsEndPoint(Host, Port),
            static connected =>
            {
                Configure(connected);
                return null;
            },
            cancellationToken);
    }

    /// <summary>Returns the endpoint in the format of <see cref="QmpEndpoint.Parse"/>.</summary>
    public override string ToString() => Host.Contains(':') ? $"tcp:[{Host}]:{Port}" : $"tcp:{Host}:{Port}";

    /// <summary>Configures a socket to send without delay, and to detect a dead peer.</summary>
    /// <param name="connected">The socket. It must be connected: if a name has several addresses, .NET tries each with a new socket and loses the options.</param>
    internal static void Configure(Socket connected)
    {
        connected.NoDelay = true;
        // A peer that disappeared without a FIN is detected after 20 s and 4 probes of 5 s. While sent data is unacknowledged, the kernel does not
        // probe, but retransmits for a quarter of an hour by default. The user timeout limits that to the same 40 s.
        connected.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        connected.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 20);
        connected.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
        connected.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
        connected.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes(40_000));
    }

    internal static TcpQmpEndpoint? From(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            return null;
        }

        var host = text[..colon];
        // CheckHostName accepts an IPv6 address with and without brackets.
        var bracketed = host.StartsWith('[');
        return Uri.CheckHostName(host) switch
        {
            UriHostNameType.IPv6 when bracketed => new TcpQmpEndpoint(host[1..^1], port),
            UriHostNameType.Dns or UriHostNameType.IPv4 when !bracketed => new TcpQmpEndpoint(host, port),
            _ => null,
        };
    }
}
