using System.Security.Claims;

namespace Gateway.Access;

/// <summary>Reads the result of authentication.</summary>
internal static class CallerAccess
{
    public static GrantedAccess Access(this ClaimsPrincipal? user) =>
        (user?.Identity as CallerIdentity ?? user?.Identities.OfType<CallerIdentity>().FirstOrDefault())?.Access ?? GrantedAccess.None;
}
