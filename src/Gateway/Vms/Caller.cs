namespace Gateway.Vms;

/// <summary>The caller of a command.</summary>
/// <param name="Who">The caller's name.</param>
/// <param name="TraceId">The trace that the request belongs to; null if there is no request.</param>
public sealed record Caller(string Who, string? TraceId)
{
    /// <summary>The gateway itself.</summary>
    public static Caller Gateway { get; } = new("gateway", TraceId: null);
}
