using System.Text.Json.Serialization;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.Api.OpenApi;

/// <summary>The data of <c>VM_ADDED</c>.</summary>
internal sealed record VmAddedData(string Source, string Endpoint, IReadOnlyDictionary<string, string> Labels, VmActionsData Actions, string Who);

/// <summary>The data of <c>VM_CHANGED</c>: the members of the definition that changed, and who changed them.</summary>
internal sealed record VmChangedData
{
    /// <summary>Where the VM is defined now: <c>configuration</c>, <c>discovery</c> or <c>api</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }

    /// <summary>The new endpoint.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Endpoint { get; init; }

    /// <summary>All labels after the change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>All actions after the change.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VmActionsData? Actions { get; init; }

    /// <summary>The caller of the API, <c>configuration</c> or <c>discovery</c>.</summary>
    public required string Who { get; init; }
}

/// <summary>The actions of a VM's definition; those that are not defined are left out.</summary>
internal sealed record VmActionsData
{
    /// <summary>On a guest's reboot.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RebootAction? Reboot { get; init; }

    /// <summary>On a guest's shutdown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ShutdownAction? Shutdown { get; init; }

    /// <summary>On a guest's panic.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PanicAction? Panic { get; init; }

    /// <summary>When the watchdog's timer expires.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WatchdogAction? Watchdog { get; init; }
}

/// <summary>The data of <c>VM_REMOVED</c>.</summary>
internal sealed record VmRemovedData(string Source, string Who);

/// <summary>The data of <c>VM_CONNECTED</c>.</summary>
/// <param name="Qemu">The version of a QEMU.</param>
/// <param name="Run">The run of that QEMU.</param>
/// <param name="Endpoint">The monitor; null in entries written by older gateways.</param>
/// <param name="Status">The status that the connection began with; null if QEMU did not report one.</param>
/// <param name="Resumed">Whether there was a connection before, so that events may have been missed in between.</param>
internal sealed record VmConnectedData(QemuVersion Qemu, string Run, string? Endpoint, StatusInfo? Status, bool Resumed);

/// <summary>The data of <c>VM_DISCONNECTED</c>.</summary>
internal sealed record VmDisconnectedData(string Reason);

/// <summary>The data of <c>VM_CONNECTION_CHANGED</c>.</summary>
internal sealed record VmConnectionChangedData(string State, string Previous, string? Reason);

/// <summary>The data of <c>VM_STATUS_CHANGED</c>.</summary>
internal sealed record VmStatusChangedData(StatusInfo Status, StatusInfo? Previous, StatusCauseData? Cause);

/// <summary>What led to a status: an event (<c>event</c> and, once it is stored, <c>id</c>) or a command (<c>command</c> and <c>who</c>).</summary>
internal sealed record StatusCauseData
{
    /// <summary>The event's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Event { get; init; }

    /// <summary>The event's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>The command's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }

    /// <summary>Who sent the command.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Who { get; init; }
}

/// <summary>The data of <c>COMMAND_FINISHED_LATE</c>.</summary>
internal sealed record CommandFinishedLateData
{
    /// <summary>The QMP command.</summary>
    public required string Command { get; init; }

    /// <summary><c>done</c> or <c>refused</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>QEMU's error, when it refused the command.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QmpError? QmpError { get; init; }

    /// <summary>Who sent the command.</summary>
    public required string Who { get; init; }

    /// <summary>The trace of the request that sent it; null if the gateway itself sent it.</summary>
    public required string? TraceId { get; init; }
}

/// <summary>The data of <c>EVENTS_LOST</c>.</summary>
/// <param name="Count">How many events were lost; null if that is unknown.</param>
/// <param name="From">When the first of them was received.</param>
/// <param name="To">When the last of them was received.</param>
internal sealed record EventsLostData(long? Count, DateTimeOffset? From, DateTimeOffset? To);
