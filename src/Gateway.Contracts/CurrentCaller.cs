namespace QmpGateway.Contracts;

/// <summary>Who the caller is, and what it may do.</summary>
/// <param name="Who">The key's name, the token's <c>sub</c>, or <c>anonymous</c>.</param>
/// <param name="Grants">All that it may do; empty for a caller who may do nothing.</param>
public sealed record CurrentCaller(string Who, IReadOnlyList<CallerGrant> Grants);

/// <summary>One role of the caller.</summary>
/// <param name="Role"><c>viewer</c>, <c>operator</c> or <c>admin</c>; each includes those before it.</param>
/// <param name="Vms">Patterns of the ids of the VMs that it is for; <c>*</c> stands for any text.</param>
public sealed record CallerGrant(string Role, IReadOnlyList<string> Vms);
