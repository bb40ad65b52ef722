namespace QmpGateway.Contracts;

/// <summary>A part of the audit log, newest first.</summary>
/// <param name="Items">The records.</param>
public sealed record AuditPage(IReadOnlyList<AuditRecord> Items);
