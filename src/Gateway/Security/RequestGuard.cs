using Gateway.Access;
using Gateway.Requests.Problems;
using Gateway.Settings;
using Gateway.Sockets;

namespace Gateway.Security;

/// <summary>
/// Rejects requests with an unknown <c>Host</c>, which protects against DNS rebinding, and requests from web pages of other origins than the
/// gateway's own and the configured ones.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, Current<SecurityOptions> security, ProblemWriter problems)
{
    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host.Host;
        if (!Loopback.Is(host) && !security.Value.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return problems.WriteAsync(context, ProblemMapper.Of(
                ProblemKind.InvalidRequest, $"Unknown host name '{host}'. Add it to Gateway:Security:AllowedHosts if it is a name of this gateway."));
        }

        var origin = context.Request.Headers.Origin;
        if (origin.Count > 0 && !IsAllowed(context.Request, origin.ToString()))
        {
            return problems.WriteAsync(context, ProblemMapper.Of(
                ProblemKind.Forbidden, $"Requests from the origin '{origin}' are not allowed. Add the origin to Gateway:Security:AllowedOrigins to allow them."));
        }

        return next(context);
    }

    private bool IsAllowed(HttpRequest request, string origin) =>
        security.Value.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase) || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
