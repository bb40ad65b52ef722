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

/// <summary>A part of the history, oldest first unless newest first was requested.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">The cursor to continue from, also when there are no items.</param>
public sealed record EventPage(IReadOnlyList<GatewayEvent> Items, string Next);

/// <summary>The events that a subscriber of the hub wants. A member that is omitted or empty does not filter.</summary>
public sealed record Subscription
{
    /// <summary>VM ids; <c>*</c> matches any text.</summary>
    public IReadOnlyList<string>? Vms { get; init; }

    /// <summary>Event names; <c>*</c> matches any text.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Labels that the VMs must have when the event is read. All must match.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Members of the payload and their required values. Dots address nested members.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>The cursor to continue from; <c>start</c> is the oldest kept. Without a cursor, the subscription starts now.</summary>
    public string? After { get; init; }
}
