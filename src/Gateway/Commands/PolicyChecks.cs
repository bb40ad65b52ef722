using System.Text.Json;

namespace Gateway.Commands;

/// <summary>Throws if the policy does not allow a command.</summary>
internal static class PolicyChecks
{
    /// <exception cref="CommandForbiddenException">The command is not allowed.</exception>
    public static void Check(this CommandPolicy policy, string vm, string command, JsonElement? arguments)
    {
        if (policy.Judge(vm, command, arguments ?? default) is { Allowed: false } verdict)
        {
            throw new CommandForbiddenException(command, verdict);
        }
    }

    /// <summary>Checks the command of a typed route.</summary>
    /// <exception cref="CommandForbiddenException">A deny rule of the configuration matches the command.</exception>
    public static void CheckTyped(this CommandPolicy policy, string vm, string command, JsonElement? arguments = null)
    {
        if (policy.Denied(vm, command, arguments ?? default) is { } verdict)
        {
            throw new CommandForbiddenException(command, verdict);
        }
    }
}
