
namespace Gateway.Access;

/// <summary>Who may ask, and for what. With a key or an identity provider configured, every request has to say who it comes from.</summary>
public sealed class SecurityOptions
{
    /// <summary>Names, beside loopback's, that a request may call this host (header <c>Host</c>, without port). None by default.</summary>
    public List<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins of other sites' pages that may ask, as <c>https://dash.example.org</c>. None by default.</summary>
    public List<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Proxies whose <c>X-Forwarded-For</c>, <c>X-Forwarded-Host</c> and <c>X-Forwarded-Proto</c> count: addresses, networks as <c>10.0.0.0/8</c>, or
    /// <c>unix</c> for a proxy on a Unix socket. None by default.
    /// </summary>
    public List<string> TrustedProxies { get; init; } = [];

    /// <summary>
    /// Names or ids of the users of this host who need no key on the gateway's Unix sockets, while neither keys nor a provider are configured. Others,
    /// and whoever comes over TCP, are refused then. Everybody who can connect by default.
    /// </summary>
    public List<string> LocalUsers { get; init; } = [];

    /// <summary>API keys by name. None by default.</summary>
    public Dictionary<string, ApiKeyOptions> ApiKeys { get; init; } = [];

    /// <summary>An OpenID Connect provider whose access tokens are taken. None by default.</summary>
    public JwtOptions? Jwt { get; init; }
}

/// <summary>One API key.</summary>
public sealed class ApiKeyOptions
{
    /// <summary><c>sha256:SALT:HEX</c>: the SHA-256 of the salt followed by the key. Required; the key itself is written down nowhere.</summary>
    public string? Hash { get; init; }

    /// <summary>What it may do. Nothing by default.</summary>
    public List<GrantOptions> Grants { get; init; } = [];
}

/// <summary>What somebody may do.</summary>
public sealed class GrantOptions
{
    /// <summary><c>viewer</c>, <c>operator</c> or <c>admin</c>. Required.</summary>
    public string? Role { get; init; }

    /// <summary>Patterns of the ids of the VMs that it is for; all VMs by default.</summary>
    public List<string> Vms { get; init; } = [];

    /// <summary>
    /// Where an <c>admin</c> may register VMs: endpoints in which <c>*</c> stands for any text without a slash. A grant for some VMs takes no others, one
    /// for all VMs any endpoint by default.
    /// </summary>
    public List<string> Endpoints { get; init; } = [];
}

/// <summary>Whose tokens are taken (OpenID Connect Discovery 1.0, JWT: RFC 7519).</summary>
public sealed class JwtOptions
{
    /// <summary>The provider, <c>https://login.example.org</c>: its discovery document names the issuer and its keys. Required.</summary>
    public string? Authority { get; init; }

    /// <summary>What a token's <c>aud</c> has to hold. Required.</summary>
    public string? Audience { get; init; }

    /// <summary>Refuses a provider that is reached without TLS. Default true.</summary>
    public bool RequireHttpsMetadata { get; init; } = true;

    /// <summary>What the bearer of a claim may do. Nothing by default.</summary>
    public List<ClaimGrantOptions> Grants { get; init; } = [];
}

/// <summary>What the bearer of a claim may do.</summary>
public sealed class ClaimGrantOptions
{
    /// <summary>The claim's name. Required.</summary>
    public string? Claim { get; init; }

    /// <summary>What it has to be, or to hold where it is a list. Required.</summary>
    public string? Value { get; init; }

    /// <inheritdoc cref="GrantOptions.Role"/>
    public string? Role { get; init; }

    /// <inheritdoc cref="GrantOptions.Vms"/>
    public List<string> Vms { get; init; } = [];

    /// <inheritdoc cref="GrantOptions.Endpoints"/>
    public List<string> Endpoints { get; init; } = [];
}
