using Qmp;

namespace Gateway.Commands;

/// <summary>Which commands raw QMP takes: those that only read, and those that the typed routes send too.</summary>
internal static class CommandPolicy
{
    private const string Rule = "built-in: raw QMP takes query-*, set-action and watchdog-set-action only";

    /// <exception cref="CommandForbiddenException">The command is not allowed.</exception>
    public static void Check(string command)
    {
        if (!command.StartsWith("query-", StringComparison.Ordinal) && command is not (RunStateCommands.SetAction or RunStateCommands.WatchdogSetAction))
        {
            throw new CommandForbiddenException(command, Rule);
        }
    }
}

/// <summary>The policy does not allow the command: nothing was sent.</summary>
public sealed class CommandForbiddenException(string command, string rule) : Exception($"'{command}' is not allowed here ({rule}); nothing was sent")
{
    /// <summary>The command.</summary>
    public string Command => command;

    /// <summary>The rule that says no.</summary>
    public string Rule => rule;
}
