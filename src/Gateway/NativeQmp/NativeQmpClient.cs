namespace Gateway.NativeQmp;

/// <summary>Who a session is for, as the audit log has it.</summary>
/// <param name="Kind">How it was recognized.</param>
/// <param name="Who">The caller's name; <see cref="OfSocket"/> for whoever may open the socket.</param>
/// <param name="Remote">Where it comes from: an address, or the socket.</param>
/// <param name="LimitedAs">Whose share of the limits it takes; null where nobody has to say who he is.</param>
internal sealed record NativeQmpClient(string Kind, string Who, string? Remote, string? LimitedAs)
{
    /// <summary>The name of those who come by a socket, which asks for nothing but the right to open it.</summary>
    public const string OfSocket = "monitor";
}
