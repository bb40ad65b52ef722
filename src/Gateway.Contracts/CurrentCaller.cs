namespace QmpGateway.Contracts;

/// <summary>Who the caller is, and what it may do.</summary>
/// <param name="Who">The key's name, the token's <c>sub</c>, or <c>anonymous</c>.</param>
/// <param name="Grants">The caller's grants; empty if it may do nothing.</param>
public sealed record CurrentCaller(string Who, IReadOnlyList<CallerGrant> Grants);

/// <summary>A role that is granted to the caller.</summary>
/// <param name="Role"><c>viewer</c>, <c>operator</c> or <c>admin</c>; each includes the roles before it.</param>
/// <param name="Vms">Patterns of the VM ids that the role applies to; <c>*</c> matches any text.</param>
public sealed record CallerGrant(string Role, IReadOnlyList<string> Vms);
