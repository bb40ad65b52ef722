namespace Gateway.Commands;

/// <summary>The policy does not allow the command. Nothing was sent.</summary>
public sealed class CommandForbiddenException(string command, Verdict verdict) : Exception(
    $"The command '{command}' is not allowed ({verdict.Rule}). Nothing was sent. " + (verdict.ConfiguredRule is { } rule
        ? $"Change or remove the rule '{rule}' in Gateway:CommandPolicy:Rules."
        : "To allow it, add a rule to Gateway:CommandPolicy:Rules."))
{
    /// <summary>The command's name.</summary>
    public string Command => command;

    /// <summary>The rule that decided.</summary>
    public string Rule => verdict.Rule;
}
