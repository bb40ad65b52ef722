namespace Gateway.Access;

/// <summary>The caller of a request, what it may do, and for how long.</summary>
/// <param name="Kind">How the caller was authenticated, one of <see cref="CallerKinds"/>.</param>
/// <param name="Who">The key's name, the token's <c>sub</c>, or <c>anonymous</c>.</param>
/// <param name="Grants">What the caller may do.</param>
/// <param name="Revoked">Cancelled when this access ends, because the key or the grants were removed or changed.</param>
/// <param name="Expires">When the token expires. Null if the access does not expire.</param>
internal sealed record GrantedAccess(string Kind, string Who, Grants Grants, CancellationToken Revoked, DateTimeOffset? Expires = null)
{
    /// <summary>The name of a caller without a credential.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>A caller who may do nothing.</summary>
    public static GrantedAccess None { get; } = new(CallerKinds.Anonymous, Anonymous, new Grants([]), CancellationToken.None);

    /// <summary>The issuer of the caller's token. Null for other kinds of callers.</summary>
    public string? Issuer { get; init; }

    /// <summary>
    /// A text that identifies the caller. Use it for everything that is stored or counted per caller: <see cref="Who"/> is not unique, because a token's
    /// <c>sub</c> may equal the name of a key.
    /// </summary>
    public string Identity => field ??= $"{Kind}:{Issuer} {Who}";
}
