namespace QmpGateway.Contracts;

/// <summary>Who the caller is, and what it may do.</summary>
/// <param name="Who">The key's name, the token's <c>sub</c>, or <c>anonymous</c>.</param>
/// <param name="Grants">The caller's grants; empty if it may do nothing.</param>
public sealed record CurrentCaller(string Who, IReadOnlyList<CallerGrant> Grants);
