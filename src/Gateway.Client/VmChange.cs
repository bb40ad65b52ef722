using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>A change of a VM.</summary>
/// <param name="Kind">The kind of change.</param>
/// <param name="Vm">The current state of the VM, or its last known state if it was removed.</param>
public sealed record VmChange(VmChangeKind Kind, Vm Vm);
