using Gateway.Access;
using Gateway.Journal;
using Gateway.Security;
using static Gateway.Settings.Fault;

namespace Gateway.Configuration;

/// <summary>Validates API keys, the token provider and grants.</summary>
internal static class SecurityFaults
{
    private static readonly string Roles = string.Join(", ", Enum.GetNames<Role>()).ToLowerInvariant();

    public static IEnumerable<string> Of(string key, SecurityOptions security) =>
    [
        .. LocalUsers.Faults($"{key}:LocalUsers", security.LocalUsers),
        .. TrustedProxies.Faults($"{key}:TrustedProxies", security.TrustedProxies),
        .. security.ApiKeys.SelectMany(named => OfKey($"{key}:ApiKeys:{named.Key}", named.Value)),
        .. security.Jwt is { } jwt ? OfJwt($"{key}:Jwt", jwt) : [],
    ];

    private static IEnumerable<string> OfKey(string key, ApiKeyOptions options) =>
    [
        .. Unless(options.Hash is not null, $"{key}:Hash is missing: write {KeyHash.Format}"),
        .. Unless(options.Hash is null || KeyHash.TryParse(options.Hash) is not null, $"{key}:Hash is invalid: use {KeyHash.Format}"),
        .. options.Grants.SelectMany((grant, i) => OfGrant($"{key}:Grants:{i}", grant.Role, grant.Vms, grant.Endpoints)),
    ];

    private static IEnumerable<string> OfJwt(string key, JwtOptions options) =>
    [
        .. Unless(!string.IsNullOrEmpty(options.Authority), $"{key}:Authority is missing: write the provider's address, such as https://login.example.org"),
        .. Unless(
            string.IsNullOrEmpty(options.Authority) || (Uri.TryCreate(options.Authority, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"),
            $"{key}:Authority = '{options.Authority}' must be an address, such as https://login.example.org"),
        .. Unless(
            !options.RequireHttpsMetadata || options.Authority?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) != true,
            $"{key}:Authority = '{options.Authority}' does not use TLS, but {key}:RequireHttpsMetadata is 'True'"),
        .. Unless(!string.IsNullOrEmpty(options.Audience), $"{key}:Audience is missing: write the value that the 'aud' claim of the tokens must have"),
        .. Unless(options.ClientId is null || options.ClientId.Trim().Length > 0, $"{key}:ClientId is empty: write the id that the provider gave to the dashboard, or remove the key"),
        .. Unless(options.Scope.Split(' ').Contains("openid"), $"{key}:Scope = '{options.Scope}' must contain openid, such as 'openid profile'"),
        .. options.Grants.SelectMany((grant, i) => (IEnumerable<string>)
        [
            .. Unless(!string.IsNullOrEmpty(grant.Claim), $"{key}:Grants:{i}:Claim is missing: write a claim's name, such as groups"),
            .. Unless(grant.Value is not null, $"{key}:Grants:{i}:Value is missing: write the value that the claim must have"),
            .. OfGrant($"{key}:Grants:{i}", grant.Role, grant.Vms, grant.Endpoints),
        ]),
    ];

    private static IEnumerable<string> OfGrant(string key, string? role, IEnumerable<string> vms, IEnumerable<string> endpoints) =>
    [
        .. Unless(role is not null, $"{key}:Role is missing: write one of {Roles}"),
        .. Unless(role is null || (Enum.TryParse<Role>(role, ignoreCase: true, out _) && !int.TryParse(role, out _)), $"{key}:Role = '{role}' must be one of {Roles}"),
        .. VmPattern.Faults($"{key}:Vms", vms),
        .. EndpointPattern.Faults($"{key}:Endpoints", endpoints),
    ];
}
