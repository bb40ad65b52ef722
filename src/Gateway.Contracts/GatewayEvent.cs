using System.Text.Json;

namespace QmpGateway.Contracts;

/// <summary>An entry of the journal.</summary>
public sealed record GatewayEvent
{
    /// <summary>Opaque and unique. Use it as the cursor to resume after this entry.</summary>
    public required string Id { get; init; }

    /// <summary>The VM that the event is about.</summary>
    public required string Vm { get; init; }

    /// <summary>The event's name: QEMU's, or one of the gateway's own (<c>VM_STATUS_CHANGED</c>, …). Other names may be added.</summary>
    public required string Event { get; init; }

    /// <summary><c>qemu</c> or <c>gateway</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>When the event happened, by the clock of its origin; null if QEMU had no clock.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>When the gateway received the event, by its own clock.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The payload, which is QEMU's verbatim; <c>{}</c> if there is none.</summary>
    public required JsonElement Data { get; init; }
}
