using System.Security.Claims;

namespace Gateway.Access;

/// <summary>Who a request comes from, and what that caller may do for how long.</summary>
/// <param name="Kind">How the caller was recognized, one of <see cref="CallerKinds"/>.</param>
/// <param name="Who">The key's name, the token's <c>sub</c>, or <c>anonymous</c>.</param>
/// <param name="Grants">What the caller may do.</param>
/// <param name="Revoked">Ends when that is no longer so: the key was taken away or changed.</param>
/// <param name="Expires">When the token expires; null for what does not.</param>
internal sealed record GrantedAccess(string Kind, string Who, Grants Grants, CancellationToken Revoked, DateTimeOffset? Expires = null)
{
    /// <summary>The caller's name where nobody has to say it, or did not.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>A caller who may do nothing.</summary>
    public static GrantedAccess None { get; } = new(CallerKinds.Anonymous, Anonymous, new Grants([]), CancellationToken.None);

    /// <summary>Who vouches for the name where the kind allows several: a token's issuer.</summary>
    public string? Issuer { get; init; }

    /// <summary>
    /// The same text for the same caller and no other, which <see cref="Who"/> alone is not: a token's <c>sub</c> may be a key's name. Whatever
    /// is kept or counted per caller goes by this.
    /// </summary>
    public string Identity => field ??= $"{Kind}:{Issuer} {Who}";
}

/// <summary>How a caller can be recognized.</summary>
internal static class CallerKinds
{
    /// <summary>By an API key.</summary>
    public const string Key = "key";

    /// <summary>By a provider's token.</summary>
    public const string Token = "token";

    /// <summary>By the right to open a monitor's socket.</summary>
    public const string Monitor = "monitor";

    /// <summary>Not at all.</summary>
    public const string Anonymous = "anonymous";
}

/// <summary>The identity that authentication leaves with a request.</summary>
internal sealed class CallerIdentity(GrantedAccess access, string scheme) : ClaimsIdentity([new Claim("sub", access.Who)], scheme, "sub", roleType: null)
{
    public GrantedAccess Access => access;
}

/// <summary>What authentication found.</summary>
internal static class CallerAccess
{
    public static GrantedAccess Access(this ClaimsPrincipal? user) =>
        (user?.Identity as CallerIdentity ?? user?.Identities.OfType<CallerIdentity>().FirstOrDefault())?.Access ?? GrantedAccess.None;
}
