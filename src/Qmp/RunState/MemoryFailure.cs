using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>Whose memory failed. (QAPI: MemoryFailureRecipient, since 5.2)</summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<MemoryFailureRecipient>))]
public readonly record struct MemoryFailureRecipient(string Value) : IQapiEnum<MemoryFailureRecipient>
{
    /// <summary>QEMU itself: memory of its process that does not belong to the guest. (QAPI: hypervisor)</summary>
    public static MemoryFailureRecipient Hypervisor { get; } = new("hypervisor");

    /// <summary>The guest. (QAPI: guest)</summary>
    public static MemoryFailureRecipient Guest { get; } = new("guest");

    /// <inheritdoc/>
    public static IReadOnlyList<MemoryFailureRecipient> Known { get; } = [Hypervisor, Guest];

    /// <inheritdoc/>
    public static MemoryFailureRecipient Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>What QEMU did about a memory failure. (QAPI: MemoryFailureAction, since 5.2)</summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<MemoryFailureAction>))]
public readonly record struct MemoryFailureAction(string Value) : IQapiEnum<MemoryFailureAction>
{
    /// <summary>QEMU ignored the failure. This happens only if no immediate action is required. (QAPI: ignore)</summary>
    public static MemoryFailureAction Ignore { get; } = new("ignore");

    /// <summary>QEMU injected a machine check into the guest, which had enabled them. (QAPI: inject)</summary>
    public static MemoryFailureAction Inject { get; } = new("inject");

    /// <summary>QEMU exits, because its own memory failed and an action was required. (QAPI: fatal)</summary>
    public static MemoryFailureAction Fatal { get; } = new("fatal");

    /// <summary>QEMU resets the VM, because the guest's memory failed and the guest was not ready to handle it. (QAPI: reset)</summary>
    public static MemoryFailureAction Reset { get; } = new("reset");

    /// <inheritdoc/>
    public static IReadOnlyList<MemoryFailureAction> Known { get; } = [Ignore, Inject, Fatal, Reset];

    /// <inheritdoc/>
    public static MemoryFailureAction Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Whether action is required, and whether the failure was recursive. (QAPI: MemoryFailureFlags, since 5.2)</summary>
public sealed record MemoryFailureFlags : QapiObject
{
    /// <summary>
    /// True if an action is required before the memory is used again. False if it can wait, as for a failure found by scrubbing.
    /// (QAPI: action-required)
    /// </summary>
    [JsonPropertyName("action-required")]
    public required bool ActionRequired { get; init; }

    /// <summary>True if the memory failed while an earlier failure was still being handled. (QAPI: recursive)</summary>
    [JsonPropertyName("recursive")]
    public required bool Recursive { get; init; }
}

/// <summary>The data of the event <c>MEMORY_FAILURE</c>. (QAPI: MEMORY_FAILURE, since 5.2)</summary>
public sealed record MemoryFailureEvent : QapiObject
{
    /// <summary>Whose memory failed. (QAPI: recipient)</summary>
    [JsonPropertyName("recipient")]
    public required MemoryFailureRecipient Recipient { get; init; }

    /// <summary>What QEMU did about it. (QAPI: action)</summary>
    [JsonPropertyName("action")]
    public required MemoryFailureAction Action { get; init; }

    /// <summary>Whether action is required, and whether the failure was recursive. (QAPI: flags)</summary>
    [JsonPropertyName("flags")]
    public required MemoryFailureFlags Flags { get; init; }
}
