using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

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
