using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using QmpGateway.Qmp.Connection;

namespace QmpGateway.Qmp;

/// <summary>The address of a monitor: <c>unix:/path/to/socket</c> or <c>tcp:host:port</c>, with an IPv6 address in brackets.</summary>
public abstract record QmpEndpoint
{
    /// <summary>The format of an endpoint, for error messages.</summary>
    public const string Format = "unix:/absolute/path (at most 107 bytes) or tcp:host:port (an IPv6 host in brackets)";

    private protected QmpEndpoint()
    {
    }

    /// <summary>Parses an endpoint.</summary>
    /// <exception cref="FormatException">The text is not a valid endpoint. The message describes the format.</exception>
    public static QmpEndpoint Parse(string text) =>
        TryParse(text, out var endpoint) ? endpoint : throw new FormatException($"'{text}' is not an endpoint. Use {Format}.");

    /// <summary>Parses an endpoint. Returns false if the text is not valid.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out QmpEndpoint? endpoint)
    {
        endpoint = text switch
        {
            _ when text is null => null,
            _ when text.StartsWith("unix:", StringComparison.Ordinal) => UnixQmpEndpoint.From(text["unix:".Length..]),
            _ when text.StartsWith("tcp:", StringComparison.Ordinal) => TcpQmpEndpoint.From(text["tcp:".Length..]),
            _ => null,
        };
        return endpoint is not null;
    }

    /// <summary>Connects to the endpoint.</summary>
    /// <exception cref="SocketException">The connection failed.</exception>
    public abstract Task<QmpTransport> ConnectAsync(CancellationToken cancellationToken);
}

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
