namespace Gateway.Access;

/// <summary>One API key.</summary>
public sealed class ApiKeyOptions
{
    /// <summary><c>sha256:SALT:HEX</c>: the SHA-256 of the salt followed by the key. Required. The key itself is not stored.</summary>
    public string? Hash { get; init; }

    /// <summary>What the caller with this key may do. Default: nothing.</summary>
    public List<GrantOptions> Grants { get; init; } = [];
}
