using System.Text.Json.Serialization;

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

/// <summary>The result for each VM.</summary>
/// <param name="Items">The VMs that matched and that the caller may act on, sorted by id.</param>
/// <param name="Summary">The number of items with each outcome. Outcomes that no item has are omitted.</param>
public sealed record BulkResult(IReadOnlyList<BulkItem> Items, IReadOnlyDictionary<string, int> Summary);

/// <summary>The result for one VM. Members that do not apply are omitted.</summary>
public sealed record BulkItem
{
    /// <summary>The VM's id.</summary>
    public required string Vm { get; init; }

    /// <summary><c>done</c> (QEMU acknowledged the command), <c>refused</c> (by QEMU or by a rule of the command policy), <c>not-sent</c> or <c>unknown</c>. Omitted from a dry run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    /// <summary>With <c>wait</c>: the event that completed the command. Omitted if there was nothing to do.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GatewayEvent? Event { get; init; }

    /// <summary>What went wrong. With the outcome <c>done</c>: QEMU acknowledged the command, but the awaited event did not come.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Problem? Problem { get; init; }
}
