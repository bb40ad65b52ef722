
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

/// <summary>One API key.</summary>
public sealed class ApiKeyOptions
{
    /// <summary><c>sha256:SALT:HEX</c>: the SHA-256 of the salt followed by the key. Required. The key itself is not stored.</summary>
    public string? Hash { get; init; }

    /// <summary>What the caller with this key may do. Default: nothing.</summary>
    public List<GrantOptions> Grants { get; init; } = [];
}

/// <summary>A role on some VMs.</summary>
public sealed class GrantOptions
{
    /// <summary><c>viewer</c>, <c>operator</c> or <c>admin</c>. Required.</summary>
    public string? Role { get; init; }

    /// <summary>Patterns of the ids of the VMs. Default: all VMs.</summary>
    public List<string> Vms { get; init; } = [];

    /// <summary>
    /// Patterns of the endpoints at which an <c>admin</c> may register VMs. <c>*</c> matches any text without a slash. Default: any endpoint for a grant
    /// on all VMs, and none for a grant on some VMs.
    /// </summary>
    public List<string> Endpoints { get; init; } = [];
}

/// <summary>A provider whose tokens are accepted (OpenID Connect Discovery 1.0, JWT: RFC 7519).</summary>
public sealed class JwtOptions
{
    /// <summary>The address of the provider, such as <c>https://login.example.org</c>. Its discovery document names the issuer and its keys. Required.</summary>
    public string? Authority { get; init; }

    /// <summary>The value that a token's <c>aud</c> must contain. Required.</summary>
    public string? Audience { get; init; }

    /// <summary>Whether the provider must be reached over TLS. Default: true.</summary>
    public bool RequireHttpsMetadata { get; init; } = true;

    /// <summary>
    /// The id under which the provider knows the dashboard: a public client that uses the authorization code flow with PKCE. People can then sign in to the
    /// dashboard with this provider. Default: none, and they cannot.
    /// </summary>
    public string? ClientId { get; init; }

    /// <summary>The scopes that the dashboard requests from the provider, separated by spaces. They must include <c>openid</c>. Default: <c>openid</c>.</summary>
    public string Scope { get; init; } = "openid";

    /// <summary>What callers may do, by the claims of their tokens. Default: nothing.</summary>
    public List<ClaimGrantOptions> Grants { get; init; } = [];
}

/// <summary>A role on some VMs for callers whose token has a claim.</summary>
public sealed class ClaimGrantOptions
{
    /// <summary>The name of the claim. Required.</summary>
    public string? Claim { get; init; }

    /// <summary>The value of the claim, or one of its values if it is a list. Required.</summary>
    public string? Value { get; init; }

    /// <inheritdoc cref="GrantOptions.Role"/>
    public string? Role { get; init; }

    /// <inheritdoc cref="GrantOptions.Vms"/>
    public List<string> Vms { get; init; } = [];

    /// <inheritdoc cref="GrantOptions.Endpoints"/>
    public List<string> Endpoints { get; init; } = [];
}
