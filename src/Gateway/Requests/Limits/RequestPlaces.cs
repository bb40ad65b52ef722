using System.Security.Claims;
using Gateway.Access;
using Gateway.Limits;

namespace Gateway.Requests.Limits;

/// <summary>The places of requests and their callers.</summary>
internal static class RequestPlaces
{
    /// <summary>Returns the identity for limits per caller; null if the gateway requires no authentication, and all callers count as one.</summary>
    public static string? LimitedAs(this ClaimsPrincipal? user) => user.Access() is { Kind: not CallerKinds.Anonymous } access ? access.Identity : null;

    /// <summary>Replaces the place of a request by one for its work, once the work is known.</summary>
    /// <param name="context">The request.</param>
    /// <param name="work">The kind of work.</param>
    /// <param name="vm">The VM that a command is for; null if the request is not about one VM.</param>
    /// <exception cref="LimitReachedException">No place is free.</exception>
    public static void TakePlace(this HttpContext context, Work work, string? vm)
    {
        var place = context.RequestServices.GetRequiredService<Places>().Take(work, vm, context.User.LimitedAs());
        (context.Items[typeof(Places)] as IDisposable)?.Dispose();
        context.Items[typeof(Places)] = place;
    }
}
