using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

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
