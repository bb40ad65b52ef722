namespace Gateway.Security;

/// <summary>Who may ask.</summary>
public sealed class SecurityOptions
{
    /// <summary>Names, beside loopback's, that a request may call this host (header <c>Host</c>, without port). None by default.</summary>
    public List<string> AllowedHosts { get; init; } = [];

    /// <summary>Origins of other sites' pages that may ask, as <c>https://dash.example.org</c>. None by default.</summary>
    public List<string> AllowedOrigins { get; init; } = [];
}
