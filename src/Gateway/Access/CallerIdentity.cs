using System.Security.Claims;

namespace Gateway.Access;

/// <summary>The identity that authentication attaches to a request.</summary>
internal sealed class CallerIdentity(GrantedAccess access, string scheme) : ClaimsIdentity([new Claim("sub", access.Who)], scheme, "sub", roleType: null)
{
    public GrantedAccess Access => access;
}
