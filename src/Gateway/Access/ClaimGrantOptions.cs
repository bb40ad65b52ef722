namespace Gateway.Access;

/// <summary>A role on some VMs for callers whose token has a claim.</summary>
public sealed class ClaimGrantOptions
{
    /// <summary>The name of the claim. Required.</summary>
    public string? Claim { get; init; }

    /// <summary>The value of the claim, or one of its values if it is a list. Required.</summary>
    public string? Value { get; init; }

    /// <inheritdoc cref="GrantOptions.Role"/>
    public string? Role { get; init; }

    /// <inheritdoc cref="GrantOptions.Vms"/>
    public List<string> Vms { get; init; } = [];

    /// <inheritdoc cref="GrantOptions.Endpoints"/>
    public List<string> Endpoints { get; init; } = [];
}
