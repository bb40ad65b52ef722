using Gateway.Access;
using Microsoft.AspNetCore.Mvc;
using QmpGateway.Contracts;

namespace Gateway.Api;

/// <summary>Who asks.</summary>
[ApiController]
[Tags("Gateway")]
public sealed class MeController : ControllerBase
{
    /// <summary>Returns the caller and its grants.</summary>
    /// <remarks>Available to every caller, even without a grant.</remarks>
    [HttpGet("me", Name = "GetMe")]
    public ActionResult<CurrentCaller> Get()
    {
        var access = User.Access();
        return new CurrentCaller(access.Who, [.. access.Grants.All.Select(static grant => new CallerGrant(
            grant.Role.ToString().ToLowerInvariant(), [.. grant.Vms.Select(static vm => vm.Text)]))]);
    }
}
