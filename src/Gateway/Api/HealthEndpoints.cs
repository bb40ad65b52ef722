using System.Text.RegularExpressions;
using Gateway.Api.Http;
using Gateway.Audit;
using Gateway.Dashboard;
using Gateway.Data;
using Gateway.Journal;
using Gateway.Observability;
using Gateway.Settings;
using QmpGateway.Contracts;

namespace Gateway.Api;

/// <summary>Reports the gateway's own health and version.</summary>
internal static partial class HealthEndpoints
{
    private static readonly string[] Features = ["events", "hub", "discovery", "limits", "access", "policy", "audit", "commands", "native-qmp", "bulk"];

    /// <summary>Maps <c>/health/*</c> and <c>/version</c>.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // Without MapGroup, which would add a slash: `http.route` has none on any route.
        routes.MapGet("health/live", static () => new Health("ok", [])).WithTags("Gateway").WithHead().AllowAnonymous()
            .WithName("Live").WithSummary("Reports whether the gateway runs.").WithDescription("Always 200. A supervisor may restart the gateway if it does not respond.");
        routes.MapGet("health/ready", static (EventJournal journal, AuditLog audit, ReloadFault reload, DataDirectory data) =>
                ((string?[])[journal.Trouble, audit.Trouble]).OfType<string>().Select(trouble => WithoutPaths(trouble, data)).ToArray() is { Length: > 0 } troubles
                    ? Results.Json(new Health("unavailable", troubles), statusCode: StatusCodes.Status503ServiceUnavailable)
                    : Results.Ok(reload.Text is { } trouble ? new Health("degraded", [trouble])
                        : journal.Slowness is { } slow ? new Health("slow", [slow])
                        : new Health("ok", []))).WithTags("Gateway").WithHead().AllowAnonymous()
            .Produces<Health>().Produces<Health>(StatusCodes.Status503ServiceUnavailable)
            .WithName("Ready").WithSummary("Reports whether the gateway is ready. The state of the VMs does not matter.")
            .WithDescription("503 if the journal or the audit log cannot be used. `problems` lists what is wrong, and what to do.");
        routes.MapGet("version", static (DashboardFiles dashboard) => new GatewayVersion(ProgramGauges.Version, "1", dashboard.Page is null ? Features : [.. Features, "dashboard"]))
            .WithTags("Gateway").WithHead()
            .WithName("Version").WithSummary("Returns the gateway's version and the version of its API contract.")
            .WithDescription("`features` lists what the gateway supports beyond the first version of that contract.");
    }

    // These routes need no authentication, and messages of the operating system contain file names.
    private static string WithoutPaths(string trouble, DataDirectory data) =>
        QuotedPath().Replace(trouble.Replace(data.Path, "Gateway:DataDirectory", StringComparison.Ordinal), "a file");

    [GeneratedRegex("'/[^']*'")]
    private static partial Regex QuotedPath();
}
