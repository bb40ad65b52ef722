namespace Gateway.Access;

/// <summary>The ways in which a caller can be authenticated.</summary>
internal static class CallerKinds
{
    /// <summary>By an API key.</summary>
    public const string Key = "key";

    /// <summary>By a token of the provider.</summary>
    public const string Token = "token";

    /// <summary>By permission to connect to a monitor socket.</summary>
    public const string Monitor = "monitor";

    /// <summary>Not authenticated.</summary>
    public const string Anonymous = "anonymous";
}
