namespace Gateway.Vms;

/// <summary>The caller of a command.</summary>
/// <param name="Who">The caller's name.</param>
/// <param name="TraceId">The trace that the request belongs to.</param>
public sealed record Caller(string Who, string TraceId);
