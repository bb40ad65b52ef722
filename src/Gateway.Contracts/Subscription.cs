namespace QmpGateway.Contracts;

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
