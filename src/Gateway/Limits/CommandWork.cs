using System.Collections.Frozen;

namespace Gateway.Limits;

/// <summary>Classifies commands.</summary>
internal static class CommandWork
{
    private static readonly FrozenSet<string> Lifecycle =
        FrozenSet.ToFrozenSet(["stop", "cont", "system_reset", "system_powerdown", "system_wakeup", "quit", "inject-nmi"]);

    /// <summary>Returns the kind of work of a command.</summary>
    public static Work Of(string command, bool outOfBand = false) => outOfBand || Lifecycle.Contains(command) ? Work.Urgent : Work.Command;
}
