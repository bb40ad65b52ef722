namespace Gateway.Access;

/// <summary>Who may use the gateway, and for what. If a key or a token provider is configured, every request must be authenticated.</summary>
public sealed class SecurityOptions
{
    /// <summary>Host names that requests may use in the header <c>Host</c> (without port), in addition to loopback names. Default: none.</summary>
    public List<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins of other sites whose pages may send requests, such as <c>https://dash.example.org</c>. Default: none.</summary>
    public List<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Proxies whose <c>X-Forwarded-For</c>, <c>X-Forwarded-Host</c> and <c>X-Forwarded-Proto</c> headers are applied: addresses, networks such as
    /// <c>10.0.0.0/8</c>, or <c>unix</c> for a proxy on a Unix socket. Default: none.
    /// </summary>
    public List<string> TrustedProxies { get; init; } = [];

    /// <summary>
    /// Names or ids of the users of this host who need no key on the gateway's Unix sockets while neither keys nor a token provider are configured. Requests
    /// of other users, and all requests over TCP, are then rejected. Default: everybody who can connect.
    /// </summary>
    public List<string> LocalUsers { get; init; } = [];

    /// <summary>API keys by name. Default: none.</summary>
    public Dictionary<string, ApiKeyOptions> ApiKeys { get; init; } = [];

    /// <summary>An OpenID Connect provider whose access tokens are accepted. Default: none.</summary>
    public JwtOptions? Jwt { get; init; }
}
