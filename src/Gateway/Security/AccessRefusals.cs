using Gateway.Access;
using Gateway.Requests.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Gateway.Security;

/// <summary>Writes the problem for a request that was denied: 401 or 403.</summary>
internal sealed class AccessRefusals(ProblemWriter problems, AccessRules rules) : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult.Succeeded ? next(context) : RefuseAsync(context, authorizeResult);

    private async Task RefuseAsync(HttpContext context, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Challenged)
        {
            await context.ChallengeAsync();
            await problems.WriteAsync(context, ProblemMapper.Of(ProblemKind.Unauthenticated, !rules.Required ? "only users that Gateway:Security:LocalUsers names may ask, and only on a Unix socket" : Credential.Of(context.Request) is null
                ? "say who you are: Authorization: Bearer, followed by an API key or a token"
                : "the key or token is not valid, or no longer"));
        }
        else
        {
            var access = context.User.Access();
            var role = context.GetEndpoint()?.Metadata.GetMetadata<AccessAttribute>()?.Role;
            await problems.WriteAsync(context, ProblemMapper.Of(
                ProblemKind.Forbidden, $"'{access.Who}' is not granted the role {role.ToString()?.ToLowerInvariant()} here"));
        }
    }
}
