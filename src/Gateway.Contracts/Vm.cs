using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

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

/// <summary>The connection to a monitor.</summary>
public sealed record VmConnection
{
    /// <summary>
    /// The state: <c>connecting</c>, <c>connected</c>, <c>no-socket</c> (nothing is listening), <c>busy</c> (no greeting: another client holds the
    /// monitor, or QEMU is stopped), <c>stuck</c> (greeted, but QEMU's main loop does not run; on an established connection, commands are still sent),
    /// <c>not-qmp</c>, or <c>disconnected</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>When this state began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The reason for the state, as text; null if there is none.</summary>
    public string? Reason { get; init; }

    /// <summary>The number of connection attempts since then; 0 while connected.</summary>
    public required int Attempts { get; init; }

    /// <summary>When QEMU last sent a message; null before the first one.</summary>
    public DateTimeOffset? LastMessageAt { get; init; }
}

/// <summary>The version of a QEMU.</summary>
/// <param name="Version">Such as <c>7.2.22</c>.</param>
/// <param name="Package">The packager's version; empty if there is none.</param>
public sealed record QemuVersion(string Version, string Package);

/// <summary>The VMs of a gateway.</summary>
/// <param name="Items">The VMs, sorted by id.</param>
/// <param name="Cursor">Events read after this cursor show every change since this list. With several pages, use the cursor of the first.</param>
/// <param name="Next">The <c>page</c> that continues the list; null on the last page.</param>
public sealed record VmList(
    IReadOnlyList<Vm> Items, string Cursor, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);

/// <summary>The definition of a VM.</summary>
public sealed record PutVm
{
    /// <summary>Its monitor: <c>unix:/path</c> or <c>tcp:host:port</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Labels to filter by.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Actions that are sent with <c>set-action</c> on every new run of QEMU.</summary>
    public VmActions? Actions { get; init; }
}

/// <summary>
/// What QEMU does when the guest reboots, shuts down, panics or lets its watchdog expire (QAPI: <c>set-action</c>, since 6.0). In a
/// response, <c>null</c> means that the gateway has not set the action on this run of QEMU: QMP cannot read actions back.
/// </summary>
public sealed record VmActions
{
    /// <summary>When the guest reboots: <c>reset</c> or <c>shutdown</c>.</summary>
    public string? Reboot { get; init; }

    /// <summary>When the guest shuts down: <c>poweroff</c> or <c>pause</c>.</summary>
    public string? Shutdown { get; init; }

    /// <summary>When the guest panics: <c>pause</c>, <c>shutdown</c>, <c>exit-failure</c> (since 7.1) or <c>none</c>.</summary>
    public string? Panic { get; init; }

    /// <summary>When the watchdog's timer expires: <c>reset</c>, <c>shutdown</c>, <c>poweroff</c>, <c>pause</c>, <c>debug</c>, <c>none</c> or <c>inject-nmi</c>.</summary>
    public string? Watchdog { get; init; }
}

/// <summary>What QEMU does when the watchdog's timer expires (QAPI: <c>watchdog-set-action</c>, since 2.11).</summary>
public sealed record PutWatchdog
{
    /// <summary><c>reset</c>, <c>shutdown</c>, <c>poweroff</c>, <c>pause</c>, <c>debug</c>, <c>none</c> or <c>inject-nmi</c>.</summary>
    public required string Action { get; init; }
}

/// <summary>A command for QEMU, named by either <c>execute</c> or <c>exec-oob</c>.</summary>
public sealed record QmpRequest
{
    /// <summary>The command's name.</summary>
    public string? Execute { get; init; }

    /// <summary>The name of a command to run out of band: immediately, even while QEMU's main loop hangs. Only some commands support this.</summary>
    [JsonPropertyName("exec-oob")]
    public string? ExecOob { get; init; }

    /// <summary>The command's arguments.</summary>
    public JsonElement? Arguments { get; init; }
}

/// <summary>QEMU's answer to a command.</summary>
/// <param name="Return">What QEMU returned, verbatim.</param>
public sealed record QmpReply(JsonElement Return);
