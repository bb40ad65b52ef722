using Gateway.Access;
using Gateway.Api;
using Gateway.Api.Http;
using Gateway.Api.OpenApi;
using Gateway.Hubs;
using Gateway.Observability;
using Gateway.Requests.Audit;
using Gateway.Requests.Idempotency;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Gateway.Security;

namespace Gateway;

/// <summary>What every request passes through, and the routes at its end.</summary>
internal static class Pipeline
{
    /// <summary>
    /// Adds the middleware in the order in which it runs. Routing runs before all of it (the host adds it), so each of them can see the route of a request.
    /// </summary>
    public static void UsePipeline(this WebApplication app)
    {
        // First, because everything else takes the caller's address, the scheme and the host from the request.
        app.UseMiddleware<TrustedProxies>();
        // Before anything writes: an answer to HEAD has no content, problems included.
        app.UseHeadWithoutContent();
        // Around all that writes content, so that problems and pages are compressed, too.
        app.UseCompression();
        // Turns exceptions, then statuses without a body, into problems. Nothing above throws.
        app.UseExceptionHandler(static _ => { });
        app.UseStatusCodePages(static context => context.HttpContext.RequestServices.GetRequiredService<ProblemWriter>().WriteStatusAsync(context.HttpContext));
        // Before the first refusal: what browsers may do with an answer holds for refusals, too.
        app.UseMiddleware<PageHeaders>();
        // Around access and limits, because refused requests are audited. Within the exception handler, because it notes the failure itself.
        app.UseMiddleware<AuditedRequests>();
        // Before CORS, which would answer preflight requests of any page, and before a key is looked at.
        app.UseMiddleware<RequestGuard>();
        // Before authentication: browsers send preflight requests without a credential.
        app.UseCors();
        // Before authentication: a scraper's port asks for no key. It serves the metrics, and the branch ends here.
        app.UseMetricsPort();
        // Finds out who the caller is.
        app.UseAuthentication();
        // Once the caller is known: ends what it has open when the key is taken away or the token expires.
        app.UseMiddleware<AccessEnd>();
        // Decides whether the caller may use the route.
        app.UseAuthorization();
        // Behind authorization: narrows the metrics to the VMs that the caller may see.
        app.UseMiddleware<VisibleSeries>();
        // Behind authorization: the description names VMs. It is not part of the API, so no limit counts it.
        app.UseOpenApiPages();
        // Before the limits, which do not count what a WebSocket holds open as a request.
        app.UseWebSockets();
        // Behind authorization, because each caller has a rate, and before a place is taken.
        app.UseCallerRates();
        // Takes the request's place, before any of its body is read.
        app.UseMiddleware<RequestLimits>();
        // Behind the guard and the limits, whose refusals are problems already.
        app.UseMiddleware<PlainFailures>();
        // Last, within the request's place: a repeated request counts as one, and only what the route answers is kept.
        app.UseMiddleware<IdempotentRequests>();
    }

    /// <summary>Maps all routes.</summary>
    public static void MapRoutes(this WebApplication app)
    {
        app.MapControllers().WithHead();
        app.MapStatus();
        app.MapEventsHub();
        app.MapHealth();
        app.MapOpenApi();
        app.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new AccessAttribute(Role.Viewer) { OnAnyVm = true });
        app.MapGet("/", static () => Results.Redirect("/swagger")).WithHead().ExcludeFromDescription();
    }
}
