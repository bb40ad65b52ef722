using System.Collections.Immutable;
using System.Text.Json;

namespace QmpGateway.Contracts;

/// <summary>A VM in its last known state. What is known of QEMU is kept when the connection is lost.</summary>
public sealed record Vm
{
    /// <summary>1–63 characters of <c>a-z 0-9 - _ .</c>, starting with a letter or digit.</summary>
    public required string Id { get; init; }

    /// <summary>Its monitor: <c>unix:/path</c> or <c>tcp:host:port</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Where the VM comes from: <c>configuration</c>, <c>discovery</c> or <c>api</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Labels, chosen by the operator.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The actions of the VM's definition, by name. Undefined actions are omitted.</summary>
    public IReadOnlyDictionary<string, string> Actions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The connection to its monitor.</summary>
    public required VmConnection Connection { get; init; }

    /// <summary>QEMU's <c>StatusInfo</c>, as last reported; null until it is known, and after the run has ended.</summary>
    public VmStatus? Status { get; init; }

    /// <summary>When the status was reported.</summary>
    public DateTimeOffset? StatusObservedAt { get; init; }

    /// <summary>
    /// What caused the status: <c>{"event","id"}</c> of an event, or <c>{"command","who"}</c>; null if unknown.
    /// </summary>
    public JsonElement? StatusCause { get; init; }

    /// <summary>
    /// The end of the run, once it is known: QEMU quit, or was killed. Null while QEMU runs or may be running, also when it cannot be
    /// reached, and again from the next run on.
    /// </summary>
    public VmEnded? Ended { get; init; }

    /// <summary>
    /// Identifies one run of one QEMU process. It stays the same after a reconnect to that process, and differs for another process on the
    /// same socket. Null before the first connection.
    /// </summary>
    public string? Run { get; init; }

    /// <summary>The version of QEMU; null before the first connection.</summary>
    public QemuVersion? Qemu { get; init; }

    /// <summary>Events read after this cursor show every change since this response.</summary>
    public required string Cursor { get; init; }
}
