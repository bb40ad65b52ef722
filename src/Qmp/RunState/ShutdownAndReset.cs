using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>The data of the event <c>SHUTDOWN</c>. (QAPI: SHUTDOWN, since 0.12)</summary>
public sealed record ShutdownEvent : QapiObject
{
    /// <summary>True if the guest requested it, false if the host did. (QAPI: guest, since 2.10)</summary>
    [JsonPropertyName("guest")]
    public required bool Guest { get; init; }

    /// <summary>Why the VM shut down. (QAPI: reason, since 4.0)</summary>
    [JsonPropertyName("reason")]
    public required ShutdownCause Reason { get; init; }
}

/// <summary>The data of the event <c>RESET</c>. (QAPI: RESET, since 0.12)</summary>
public sealed record ResetEvent : QapiObject
{
    /// <summary>True if the guest requested it, false if the host did. (QAPI: guest, since 2.10)</summary>
    [JsonPropertyName("guest")]
    public required bool Guest { get; init; }

    /// <summary>Why the VM was reset. (QAPI: reason, since 4.0)</summary>
    [JsonPropertyName("reason")]
    public required ShutdownCause Reason { get; init; }
}
