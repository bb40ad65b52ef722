namespace Gateway.Commands;

/// <summary>Which commands clients may send in addition to the harmless ones, and which commands nobody may send.</summary>
public sealed class CommandPolicyOptions
{
    /// <summary>Rules by name. None by default.</summary>
    public Dictionary<string, PolicyRuleOptions> Rules { get; init; } = [];
}
