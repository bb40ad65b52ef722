namespace Gateway.Commands;

/// <summary>What the policy says of a command.</summary>
/// <param name="Allowed">Whether it may be sent.</param>
/// <param name="Rule">The rule that decides this.</param>
public readonly record struct Verdict(bool Allowed, string Rule)
{
    /// <summary>The name of the rule in the configuration; null if a built-in rule decides.</summary>
    public string? ConfiguredRule { get; init; }
}
