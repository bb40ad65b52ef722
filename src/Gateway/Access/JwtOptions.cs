namespace Gateway.Access;

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
