namespace Gateway.Commands;

/// <summary>The policy does not allow the command. Nothing was sent.</summary>
public sealed class CommandForbiddenException(string command, string rule) : Exception(
    $"The command '{command}' is not allowed ({rule}). Nothing was sent. To allow it, add a rule to Gateway:CommandPolicy:Rules.")
{
    /// <summary>The command's name.</summary>
    public string Command => command;

    /// <summary>The rule that decided.</summary>
    public string Rule => rule;
}
