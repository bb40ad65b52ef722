using System.Text.Json;

namespace QmpGateway.Contracts;

/// <summary>One entry of the journal.</summary>
public sealed record GatewayEvent
{
    /// <summary>Opaque and unique: the cursor by which any reader resumes after this entry.</summary>
    public required string Id { get; init; }

    /// <summary>The VM it is about.</summary>
    public required string Vm { get; init; }

    /// <summary>The event's name: QEMU's, or one of the gateway's own (<c>VM_STATUS_CHANGED</c>, …). An open set.</summary>
    public required string Event { get; init; }

    /// <summary><c>qemu</c> or <c>gateway</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The clock of whoever says so; null where QEMU had none.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The gateway's clock when it heard of it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The payload, QEMU's verbatim; <c>{}</c> where there is none.</summary>
    public required JsonElement Data { get; init; }
}

/// <summary>Some of the history, oldest first unless newest first was asked for.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">The cursor to go on from, also when there are no items.</param>
public sealed record EventPage(IReadOnlyList<GatewayEvent> Items, string Next);

/// <summary>Which events a subscriber of the hub wants; what is left out or empty leaves nothing out.</summary>
public sealed record Subscription
{
    /// <summary>Ids of VMs; <c>*</c> stands for any text.</summary>
    public IReadOnlyList<string>? Vms { get; init; }

    /// <summary>Names of events; <c>*</c> stands for any text.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Labels that the VMs have when the event is read; all of them.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Members of the payload (dots reach inside) and what they must be.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>The cursor to read on from; <c>start</c> for the oldest kept; from now on where there is none.</summary>
    public string? After { get; init; }
}
