using Microsoft.AspNetCore.Authorization;

namespace Gateway.Access;

/// <summary>Which role a route takes: on its VM where it is about one, else on all VMs.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class AccessAttribute(Role role) : AuthorizeAttribute, IAuthorizationRequirementData
{
    /// <summary>The role.</summary>
    public Role Role => role;

    /// <summary>The route is there for VMs that are yet to come, too.</summary>
    public bool IncludesNewVms { get; init; }

    /// <summary>The role on any VM will do, for a route that is about none: it answers what is about these.</summary>
    public bool OnAnyVm { get; init; }

    // Not the attribute itself: the framework puts requirements into sets, and attributes are hashed by reflection.
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new AccessRequirement(this)];
}

/// <summary>The access that a route takes, as the framework asks about it.</summary>
internal sealed class AccessRequirement(AccessAttribute access) : IAuthorizationRequirement
{
    public AccessAttribute Access => access;
}
