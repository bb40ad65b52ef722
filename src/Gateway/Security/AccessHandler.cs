using Gateway.Access;
using Gateway.Requests.Binding;
using Gateway.Vms;
using Microsoft.AspNetCore.Authorization;

namespace Gateway.Security;

/// <summary>Decides whether a caller has the role that a route takes.</summary>
internal sealed class AccessHandler(RequestedVm requested) : AuthorizationHandler<AccessRequirement>
{
    /// <exception cref="VmNotFoundException">There is no such VM, or none that the caller may see: that is told before what a caller may not do.</exception>
    /// <exception cref="VmAmbiguousException">No VM is named, and the caller sees several.</exception>
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
