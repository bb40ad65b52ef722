using Gateway.Access;
using Gateway.Requests.Binding;
using Gateway.Vms;
using Microsoft.AspNetCore.Authorization;

namespace Gateway.Security;

/// <summary>Decides whether a caller has the role that a route requires.</summary>
internal sealed class AccessHandler(RequestedVm requested) : AuthorizationHandler<AccessRequirement>
{
    /// <exception cref="VmNotFoundException">The VM does not exist, or the caller may not see it. This is reported before a missing role.</exception>
    /// <exception cref="VmAmbiguousException">The request names no VM, and the caller can see more than one.</exception>
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        if (context is { Resource: HttpContext http, User.Identity.IsAuthenticated: true } && IsAllowed(http, requirement.Access))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    private bool IsAllowed(HttpContext http, AccessAttribute requirement)
    {
        var grants = http.User.Access().Grants;
        if (!RequestedVm.IsAsked(http))
        {
            return requirement.OnAnyVm ? grants.AllowSomewhere(requirement.Role) : grants.AllowEverywhere(requirement.Role);
        }

        return grants.Allow(requirement.Role, requirement.IncludesNewVms ? RequestedVm.Named(http)! : requested.Of(http).Id);
    }
}
