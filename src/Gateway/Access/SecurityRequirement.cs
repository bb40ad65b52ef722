namespace Gateway.Access;

/// <summary>Decides whether the options require authentication.</summary>
internal static class SecurityRequirement
{
    /// <summary>Whether authentication is required: keys or a token provider are configured.</summary>
    public static bool IsRequired(this SecurityOptions options) => options.ApiKeys.Count > 0 || options.Jwt is not null;
}
