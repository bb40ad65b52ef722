using System.Collections.Frozen;

namespace Gateway.Limits;

/// <summary>What a place is for. Each kind has places of its own, so that none waits for another.</summary>
public enum Work
{
    /// <summary>A request that waits for no VM: lists, history, definitions.</summary>
    Request,

    /// <summary>A command on its way to QEMU, reads included.</summary>
    Command,

    /// <summary>A lifecycle command, or one out of band: it has to get through when others wait for a QEMU that hangs.</summary>
    Urgent,

    /// <summary>A stream, a subscription or a wait: open for long, and costs little.</summary>
    Reader,
}

/// <summary>Tells which commands are urgent.</summary>
internal static class CommandWork
{
    private static readonly FrozenSet<string> Lifecycle =
        FrozenSet.ToFrozenSet(["stop", "cont", "system_reset", "system_powerdown", "system_wakeup", "quit", "inject-nmi"]);

    /// <summary>What kind of work a command is.</summary>
    public static Work Of(string command, bool outOfBand = false) => outOfBand || Lifecycle.Contains(command) ? Work.Urgent : Work.Command;
}
