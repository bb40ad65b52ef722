namespace Gateway.Commands;

/// <summary>One rule. It applies to a command that matches all its conditions.</summary>
public sealed class PolicyRuleOptions
{
    /// <summary>The command. <c>*</c> matches any text. Required.</summary>
    public string? Command { get; init; }

    /// <summary>
    /// The arguments that the rule requires: a pattern by name. Dots separate the names of nested members. <c>*</c> matches any text, but not a path with
    /// <c>..</c>. Other arguments may have any value. By default the rule applies to any arguments.
    /// </summary>
    public Dictionary<string, string> Arguments { get; init; } = [];

    /// <summary>Patterns for the ids of the VMs that the rule applies to. All VMs by default.</summary>
    public List<string> Vms { get; init; } = [];

    /// <summary><c>allow</c> or <c>deny</c>. Deny takes precedence over allow. Required.</summary>
    public string? Effect { get; init; }
}
