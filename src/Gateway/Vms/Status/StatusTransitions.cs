using System.Collections.Frozen;
using QmpGateway.Qmp;

namespace Gateway.Vms.Status;

/// <summary>The states that events and commands lead to.</summary>
internal static class StatusTransitions
{
    private static readonly FrozenDictionary<string, string> Events = new Dictionary<string, string>
    {
        ["guest-panicked"] = "GUEST_PANICKED",
        ["watchdog"] = "WATCHDOG",
        ["io-error"] = "BLOCK_IO_ERROR",
        ["shutdown"] = "SHUTDOWN",
        ["suspended"] = "SUSPEND",
        ["prelaunch"] = "RESET",
        ["running"] = "WAKEUP",
        ["finish-migrate"] = "MIGRATION",
        ["postmigrate"] = "MIGRATION",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, (string? Effect, string[] States)> Commands = new Dictionary<string, (string?, string[])>
    {
        ["stop"] = (RunStateEvents.Stop, ["paused"]),
        ["cont"] = (RunStateEvents.Resume, ["running", "suspended"]),
        ["x-exit-preconfig"] = (RunStateEvents.Resume, ["running"]),
        ["system_reset"] = (RunStateEvents.Reset, ["prelaunch"]),
        ["system_wakeup"] = (RunStateEvents.Wakeup, ["running"]),
        ["migrate-incoming"] = (RunStateEvents.Resume, ["running"]),
        ["snapshot-save"] = (RunStateEvents.Stop, ["save-vm"]),
        ["snapshot-load"] = (RunStateEvents.Stop, ["restore-vm"]),
        // No event: the guest may already be paused, and migration events are disabled by default.
        ["migrate"] = (null, ["finish-migrate", "postmigrate"]),
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> EventNames = Events.Values.Append(RunStateEvents.Stop).Append(RunStateEvents.Resume).ToFrozenSet();

    public static bool IsEvent(string name) => EventNames.Contains(name);

    public static bool IsCommand(string name) => Commands.ContainsKey(name);

    /// <summary>Whether QEMU sends the event whenever the guest starts or stops running, for any reason.</summary>
    public static bool IsGeneral(string eventName) => eventName is RunStateEvents.Stop or RunStateEvents.Resume;

    /// <summary>Whether a command has taken effect by the time QEMU replies.</summary>
    public static bool IsBrief(string command) => command is "stop" or "cont" or "x-exit-preconfig";

    /// <summary>Whether an event leads to a status.</summary>
    public static bool LeadsTo(string eventName, VmStatus status) =>
        eventName == (status.Running ? RunStateEvents.Resume : RunStateEvents.Stop) || Events.GetValueOrDefault(status.State.Value) == eventName;

    /// <summary>The event that reports the effect of a command, and the states that the command leads to.</summary>
    public static (string? Effect, string[] States) Of(string command) => Commands.GetValueOrDefault(command, (null, []));
}
