namespace Gateway.Audit;

/// <summary>Where an attempt came from.</summary>
/// <param name="Kind">How the caller was recognized.</param>
/// <param name="Who">The caller's name.</param>
/// <param name="Remote">The address that it came from, or the socket.</param>
/// <param name="Method">The HTTP method, or <c>QMP</c>.</param>
/// <param name="Path">The path.</param>
/// <param name="TraceId">The trace that it belongs to.</param>
internal sealed record AuditOrigin(string Kind, string Who, string? Remote, string Method, string Path, string TraceId)
{
    /// <summary>Whether the caller showed no valid credential: such attempts have a file of their own.</summary>
    public bool IsUnauthenticated { get; init; }
}
