using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>The reply to <c>query-status</c>. (QAPI: StatusInfo, since 0.14)</summary>
public sealed record StatusInfo : QapiObject
{
    /// <summary>Whether the virtual processors may run. (QAPI: running)</summary>
    [JsonPropertyName("running")]
    public required bool Running { get; init; }

    /// <summary>Whether the processors run in single-step mode. Null since QEMU 9.0, which no longer reports it. (QAPI: singlestep)</summary>
    [JsonPropertyName("singlestep")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Singlestep { get; init; }

    /// <summary>The VM's run state. (QAPI: status)</summary>
    [JsonPropertyName("status")]
    public required RunState Status { get; init; }
}
