using Microsoft.AspNetCore.Authorization;

namespace Gateway.Access;

/// <summary>The role that a route requires: on its VM if it has one, otherwise on all VMs.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class AccessAttribute(Role role) : AuthorizeAttribute, IAuthorizationRequirementData
{
    /// <summary>The role.</summary>
    public Role Role => role;

    /// <summary>Whether the route also accepts VMs that do not exist yet.</summary>
    public bool IncludesNewVms { get; init; }

    /// <summary>Whether the role on any one VM is enough, for a route without a VM. The route then returns only data about VMs with that role.</summary>
    public bool OnAnyVm { get; init; }

    // Not the attribute itself: the framework puts requirements into sets, and attributes compute their hash codes by reflection.
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new AccessRequirement(this)];
}

/// <summary>The access that a route requires, as a requirement of the authorization framework.</summary>
internal sealed class AccessRequirement(AccessAttribute access) : IAuthorizationRequirement
{
    public AccessAttribute Access => access;
}
