namespace Gateway.Commands;

/// <summary>Which commands raw QMP takes, beyond what is known to be harmless, and which nobody may send.</summary>
public sealed class CommandPolicyOptions
{
    /// <summary>Rules by name. None by default.</summary>
    public Dictionary<string, PolicyRuleOptions> Rules { get; init; } = [];
}

/// <summary>One rule. It is about a command that all of it fits.</summary>
public sealed class PolicyRuleOptions
{
    /// <summary>The command; <c>*</c> stands for any text. Required.</summary>
    public string? Command { get; init; }

    /// <summary>
    /// Arguments by name (dots reach inside) and what each has to be; <c>*</c> stands for any text, and none for a <c>..</c> in a path. By
    /// default any arguments fit; so do those that are not named.
    /// </summary>
    public Dictionary<string, string> Arguments { get; init; } = [];

    /// <summary>Patterns of the ids of the VMs that it is for; all VMs by default.</summary>
    public List<string> Vms { get; init; } = [];

    /// <summary><c>allow</c> or <c>deny</c>, which wins. Required.</summary>
    public string? Effect { get; init; }
}
