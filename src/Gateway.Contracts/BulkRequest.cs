namespace QmpGateway.Contracts;

/// <summary>One action for many VMs. <c>vms</c> and <c>labels</c> select the VMs. At least one of them is required, and a VM must match both.</summary>
public sealed record BulkRequest
{
    /// <summary>A lifecycle command, named as its route: <c>stop</c>, <c>cont</c>, <c>reset</c>, <c>powerdown</c>, <c>wakeup</c>, <c>quit</c> or <c>nmi</c>. Or <c>actions</c>, which sets the actions in the member of that name.</summary>
    public required string Action { get; init; }

    /// <summary>VM ids; <c>*</c> matches any text. A VM must match any of them.</summary>
    public IReadOnlyList<string>? Vms { get; init; }

    /// <summary>Labels that a VM must have. All must match.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>The number of seconds to wait for the event that completes the command on each VM: 1 to 300. Null does not wait. Not valid with <c>nmi</c> and <c>actions</c>.</summary>
    public int? Wait { get; init; }

    /// <summary>With <c>actions</c>: the actions to set.</summary>
    public VmActions? Actions { get; init; }

    /// <summary>Whether only to list the VMs that match, and to send nothing.</summary>
    public bool DryRun { get; init; }
}
