namespace QmpGateway.Contracts;

/// <summary>A role that is granted to the caller.</summary>
/// <param name="Role"><c>viewer</c>, <c>operator</c> or <c>admin</c>; each includes the roles before it.</param>
/// <param name="Vms">Patterns of the VM ids that the role applies to; <c>*</c> matches any text.</param>
public sealed record CallerGrant(string Role, IReadOnlyList<string> Vms);
