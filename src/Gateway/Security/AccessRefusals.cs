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
        authorizeResult.Succeeded || IsOpen(context) ? next(context) : RefuseAsync(context, authorizeResult);

    // These routes need no credential, so neither does the response that one of them does not exist, or does not accept a method.
    private static bool IsOpen(HttpContext context) => context.GetEndpoint() is not RouteEndpoint && context.Request.Path is var path
        && (path == "/" || path.StartsWithSegments("/health") || path.StartsWithSegments("/ui"));

    private async Task RefuseAsync(HttpContext context, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Challenged)
        {
            await context.ChallengeAsync();
            await problems.WriteAsync(context, ProblemMapper.Of(ProblemKind.Unauthenticated, !rules.Required ? "Only users listed in Gateway:Security:LocalUsers may send requests, and only over a Unix socket." : Credential.Of(context.Request) is null
                ? "Send an API key or a token in the header 'Authorization: Bearer'."
                : "The key or token is invalid or has expired."));
        }
        else
        {
            var access = context.User.Access();
            var role = context.GetEndpoint()?.Metadata.GetMetadata<AccessAttribute>()?.Role;
            await problems.WriteAsync(context, ProblemMapper.Map(new RoleNotGrantedException(access.Who, role))!);
        }
    }
}
