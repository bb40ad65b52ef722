namespace Gateway.NativeQmp;

/// <summary>The client of a session, as the audit log names it.</summary>
/// <param name="Kind">How the client was authenticated.</param>
/// <param name="Who">The caller's name; <see cref="OfSocket"/> for clients of a Unix socket.</param>
/// <param name="Remote">Where the client connected from: an address, or the path of the socket.</param>
/// <param name="LimitedAs">The caller whose share of the limits it uses; null if authentication is disabled.</param>
internal sealed record NativeQmpClient(string Kind, string Who, string? Remote, string? LimitedAs)
{
    /// <summary>The name of clients of a Unix socket. They need only the permission to open it.</summary>
    public const string OfSocket = "monitor";
}
