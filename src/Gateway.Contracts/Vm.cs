using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

/// <summary>A VM as the gateway last knew it. What concerns QEMU stays when the connection goes.</summary>
public sealed record Vm
{
    /// <summary>1–63 characters of <c>a-z 0-9 - _ .</c>, starting with a letter or digit.</summary>
    public required string Id { get; init; }

    /// <summary>Its monitor: <c>unix:/path</c> or <c>tcp:host:port</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Who named it: <c>configuration</c>, <c>discovery</c> or <c>api</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Free words of the operator's.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The actions of its definition, by name; those that are not defined are left out.</summary>
    public IReadOnlyDictionary<string, string> Actions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The connection to its monitor.</summary>
    public required VmConnection Connection { get; init; }

    /// <summary>QEMU's <c>StatusInfo</c>, as it was last told; null before that, and once the run has ended.</summary>
    public VmStatus? Status { get; init; }

    /// <summary>When the status was told.</summary>
    public DateTimeOffset? StatusObservedAt { get; init; }

    /// <summary>
    /// What led to the status: <c>{"event","id"}</c> of the event that did, or <c>{"command","who"}</c>; null where that is not known.
    /// </summary>
    public JsonElement? StatusCause { get; init; }

    /// <summary>
    /// The end of the run, once it is known: QEMU ended on purpose, or was killed. Null while it runs or may run, also when it cannot be
    /// reached, and again from the next run on.
    /// </summary>
    public VmEnded? Ended { get; init; }

    /// <summary>
    /// Names one run of one QEMU process: the same after a reconnect to it, another for another process on the same socket. Null
    /// before the first connection.
    /// </summary>
    public string? Run { get; init; }

    /// <summary>The program; null before the first connection.</summary>
    public QemuVersion? Qemu { get; init; }

    /// <summary>Events read after this cursor show every change since this answer.</summary>
    public required string Cursor { get; init; }
}

/// <summary>The end of a run of QEMU. The data of <c>VM_ENDED</c> is the same.</summary>
public sealed record VmEnded
{
    /// <summary>When the end was known.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why, by QEMU's <c>SHUTDOWN</c> (QAPI: <c>ShutdownCause</c>); null if none came: QEMU was killed, or its watchdog powered off.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the guest asked for it, by QEMU's <c>SHUTDOWN</c>; null if none came.</summary>
    public bool? Guest { get; init; }

    /// <summary>
    /// <c>{"event","id"}</c> of the event that led there: the panic or watchdog before the <c>SHUTDOWN</c>, else the <c>SHUTDOWN</c>. Null
    /// where none is known.
    /// </summary>
    public JsonElement? Cause { get; init; }
}

/// <summary>The connection to a monitor.</summary>
public sealed record VmConnection
{
    /// <summary>
    /// <c>connecting</c>, <c>connected</c>, <c>no-socket</c> (nothing there), <c>busy</c> (no greeting: another client holds the monitor,
    /// or QEMU is stopped), <c>stuck</c> (greeted, but QEMU's main loop does not run; on a connection in use, commands are still sent), <c>not-qmp</c>, or <c>disconnected</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>When this state began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why, in words; null where there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>How often connecting was tried since; 0 while connected.</summary>
    public required int Attempts { get; init; }

    /// <summary>When QEMU was last heard of; null before the first message.</summary>
    public DateTimeOffset? LastMessageAt { get; init; }
}

/// <summary>Which QEMU it is.</summary>
/// <param name="Version">Such as <c>7.2.22</c>.</param>
/// <param name="Package">The packager's version; empty where there is none.</param>
public sealed record QemuVersion(string Version, string Package);

/// <summary>The VMs that a gateway knows.</summary>
/// <param name="Items">Sorted by id.</param>
/// <param name="Cursor">Events read after this cursor show every change since this list. Of several pages, the first one's counts.</param>
/// <param name="Next">The <c>page</c> that continues the list; null on the last page.</param>
public sealed record VmList(
    IReadOnlyList<Vm> Items, string Cursor, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);

/// <summary>What to know of a VM.</summary>
public sealed record PutVm
{
    /// <summary>Its monitor: <c>unix:/path</c> or <c>tcp:host:port</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Free words, to filter by.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Sent with <c>set-action</c> on every new run of that QEMU.</summary>
    public VmActions? Actions { get; init; }
}

/// <summary>
/// What QEMU does when the guest asks for or runs into something (QAPI: <c>set-action</c>, since 6.0). Where the gateway answers
/// this, <c>null</c> is what it has not set on this run of QEMU: QMP cannot read actions back.
/// </summary>
public sealed record VmActions
{
    /// <summary>On a guest's reboot: <c>reset</c> or <c>shutdown</c>.</summary>
    public string? Reboot { get; init; }

    /// <summary>On a guest's shutdown: <c>poweroff</c> or <c>pause</c>.</summary>
    public string? Shutdown { get; init; }

    /// <summary>On a guest's panic: <c>pause</c>, <c>shutdown</c>, <c>exit-failure</c> (since 7.1) or <c>none</c>.</summary>
    public string? Panic { get; init; }

    /// <summary>When the watchdog's timer runs out: <c>reset</c>, <c>shutdown</c>, <c>poweroff</c>, <c>pause</c>, <c>debug</c>, <c>none</c> or <c>inject-nmi</c>.</summary>
    public string? Watchdog { get; init; }
}

/// <summary>What QEMU does when the watchdog's timer runs out (QAPI: <c>watchdog-set-action</c>, since 2.11).</summary>
public sealed record PutWatchdog
{
    /// <summary><c>reset</c>, <c>shutdown</c>, <c>poweroff</c>, <c>pause</c>, <c>debug</c>, <c>none</c> or <c>inject-nmi</c>.</summary>
    public required string Action { get; init; }
}

/// <summary>A command for QEMU, by <c>execute</c> or by <c>exec-oob</c>.</summary>
public sealed record QmpRequest
{
    /// <summary>The command's name.</summary>
    public string? Execute { get; init; }

    /// <summary>The command's name, to be run out of band: at once, even while QEMU's main loop hangs. For commands that allow it.</summary>
    [JsonPropertyName("exec-oob")]
    public string? ExecOob { get; init; }

    /// <summary>The command's arguments.</summary>
    public JsonElement? Arguments { get; init; }
}

/// <summary>QEMU's answer to a command.</summary>
/// <param name="Return">What QEMU returned, verbatim.</param>
public sealed record QmpReply(JsonElement Return);
