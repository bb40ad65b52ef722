using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>The data of the event <c>GUEST_PANICKED</c>. (QAPI: GUEST_PANICKED, since 1.5)</summary>
public sealed record GuestPanickedEvent : QapiObject
{
    /// <summary>What QEMU did about the panic. (QAPI: action)</summary>
    [JsonPropertyName("action")]
    public required GuestPanicAction Action { get; init; }

    /// <summary>What the guest reported; null if the interface, such as pvpanic, carries no data. (QAPI: info, since 2.9)</summary>
    [JsonPropertyName("info")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuestPanicInformation? Info { get; init; }
}

/// <summary>The data of the event <c>GUEST_CRASHLOADED</c>. (QAPI: GUEST_CRASHLOADED, since 5.0)</summary>
public sealed record GuestCrashLoadedEvent : QapiObject
{
    /// <summary>What QEMU did about the panic, always <c>run</c>. (QAPI: action)</summary>
    [JsonPropertyName("action")]
    public required GuestPanicAction Action { get; init; }

    /// <summary>What the guest reported; null if the interface, such as pvpanic, carries no data. (QAPI: info)</summary>
    [JsonPropertyName("info")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuestPanicInformation? Info { get; init; }
}
