using Gateway.Access;
using Gateway.Api;
using Gateway.Api.Http;
using Gateway.Api.OpenApi;
using Gateway.Dashboard;
using Gateway.Hubs;
using Gateway.Observability;
using Gateway.Requests.Audit;
using Gateway.Requests.Idempotency;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Gateway.Security;

namespace Gateway;

/// <summary>The middleware that every request passes through, and the routes.</summary>
internal static class Pipeline
{
    /// <summary>
    /// Adds the middleware in the order in which it runs. The host adds routing before all of it, so all middleware can read the route of a request.
    /// </summary>
    public static void UsePipeline(this WebApplication app)
    {
        // First, because everything else reads the caller's address, the scheme and the host from the request.
        app.UseMiddleware<TrustedProxies>();
        // Before anything writes content: responses to HEAD have none, and that includes problems.
        app.UseHeadWithoutContent();
        // Around everything that writes content, so that problems and pages are compressed, too.
        app.UseCompression();
        // Turns exceptions and error responses without a body into problems. The middleware before this does not throw.
        app.UseExceptionHandler(static _ => { });
        app.UseStatusCodePages(static context => context.HttpContext.RequestServices.GetRequiredService<ProblemWriter>().WriteStatusAsync(context.HttpContext));
        // Before any middleware that rejects requests, so that these responses have security headers, too.
        app.UseMiddleware<PageHeaders>();
        // Around access control and limits, because rejected requests are audited. Inside the exception handler, because it records exceptions itself.
        app.UseMiddleware<AuditedRequests>();
        // Before CORS, which would respond to preflight requests of any page, and before the credential is checked.
        app.UseMiddleware<RequestGuard>();
        // Before authentication: browsers send preflight requests without a credential.
        app.UseCors();
        // Before authentication, because the metrics ports require no key. Requests on these ports end here.
        app.UseMetricsPort();
        // Before authentication, because only a WebSocket may send its credential in the query, and before the limits, which do not count an open one as a request.
        app.UseWebSockets();
        // Identifies the caller.
        app.UseAuthentication();
        // After authentication: ends the caller's requests and streams when its key is revoked or its token expires.
        app.UseMiddleware<AccessEnd>();
        // Decides whether the caller may use the route.
        app.UseAuthorization();
        // After authorization: limits the metrics to the VMs that the caller may see.
        app.UseMiddleware<VisibleSeries>();
        // After authorization, because the OpenAPI document names VMs. Before the limits, because it is not part of the API.
        app.UseOpenApiPages();
        // After authorization, because the rate limit is per caller, and before the request takes a place.
        app.UseCallerRates();
        // Takes a place for the request before its body is read.
        app.UseMiddleware<RequestLimits>();
        // After RequestGuard and the limits, whose error responses are already problems.
        app.UseMiddleware<PlainFailures>();
        // Last, and inside the limits: a repeated request also counts as a request, and only responses of the route itself are stored.
        app.UseMiddleware<IdempotentRequests>();
    }

    /// <summary>Maps all routes.</summary>
    public static void MapRoutes(this WebApplication app)
    {
        app.MapControllers().WithHead().WithWebSockets();
        app.MapStatus();
        app.MapEventsHub();
        app.MapHealth();
        app.MapOpenApi();
        app.MapPrometheusScrapingEndpoint("metrics").WithMetadata(new AccessAttribute(Role.Viewer) { OnAnyVm = true }, new ScrapedAttribute());
        app.MapDashboard();
    }
}
