using System.Text.Json;

namespace QmpGateway.Contracts;

/// <summary>The end of a run of QEMU. The data of <c>VM_ENDED</c> is the same.</summary>
public sealed record VmEnded
{
    /// <summary>When the end became known.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The reason in QEMU's <c>SHUTDOWN</c> event (QAPI: <c>ShutdownCause</c>); null without such an event: QEMU was killed, or its watchdog powered off the VM.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the guest requested the shutdown, by QEMU's <c>SHUTDOWN</c> event; null without such an event.</summary>
    public bool? Guest { get; init; }

    /// <summary>The event that led to the end, as <c>{"event","id"}</c>: the panic or watchdog before the <c>SHUTDOWN</c>, else the <c>SHUTDOWN</c>. Null if unknown.</summary>
    public JsonElement? Cause { get; init; }
}
