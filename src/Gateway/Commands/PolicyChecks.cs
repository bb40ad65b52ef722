using System.Text.Json;

namespace Gateway.Commands;

/// <summary>Fails where the policy says no.</summary>
internal static class PolicyChecks
{
    /// <exception cref="CommandForbiddenException">The command is not allowed.</exception>
    public static void Check(this CommandPolicy policy, string vm, string command, JsonElement? arguments)
    {
        if (policy.Judge(vm, command, arguments ?? default) is { Allowed: false } verdict)
        {
            throw new CommandForbiddenException(command, verdict.Rule);
        }
    }

    /// <summary>Checks a command that a typed route words.</summary>
    /// <exception cref="CommandForbiddenException">A rule of the configuration forbids it.</exception>
    public static void CheckTyped(this CommandPolicy policy, string vm, string command, JsonElement? arguments = null)
    {
        if (policy.Denied(vm, command, arguments ?? default) is { } verdict)
        {
            throw new CommandForbiddenException(command, verdict.Rule);
        }
    }
}
