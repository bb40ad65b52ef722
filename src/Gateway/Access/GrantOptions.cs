namespace Gateway.Access;

/// <summary>A role on some VMs.</summary>
public sealed class GrantOptions
{
    /// <summary><c>viewer</c>, <c>operator</c> or <c>admin</c>. Required.</summary>
    public string? Role { get; init; }

    /// <summary>Patterns of the ids of the VMs. Default: all VMs.</summary>
    public List<string> Vms { get; init; } = [];

    /// <summary>
    /// Patterns of the endpoints at which an <c>admin</c> may register VMs. <c>*</c> matches any text without a slash. Default: any endpoint for a grant
    /// on all VMs, and none for a grant on some VMs.
    /// </summary>
    public List<string> Endpoints { get; init; } = [];
}
