using System.Collections.Frozen;

namespace Gateway.Limits;

/// <summary>The kind of work that a place is for. Each kind has separate places, so that one kind does not block another.</summary>
public enum Work
{
    /// <summary>A request that does not wait for a VM: lists, history, definitions.</summary>
    Request,

    /// <summary>A command to QEMU, including reads.</summary>
    Command,

    /// <summary>A lifecycle or out-of-band command. It must get through while other commands wait for a QEMU that hangs.</summary>
    Urgent,

    /// <summary>A stream, a subscription or a wait: open for a long time, at little cost.</summary>
    Reader,
}

/// <summary>Classifies commands.</summary>
internal static class CommandWork
{
    private static readonly FrozenSet<string> Lifecycle =
        FrozenSet.ToFrozenSet(["stop", "cont", "system_reset", "system_powerdown", "system_wakeup", "quit", "inject-nmi"]);

    /// <summary>Returns the kind of work of a command.</summary>
    public static Work Of(string command, bool outOfBand = false) => outOfBand || Lifecycle.Contains(command) ? Work.Urgent : Work.Command;
}
