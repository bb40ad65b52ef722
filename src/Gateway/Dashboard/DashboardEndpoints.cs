using Gateway.Access;
using Gateway.Settings;

namespace Gateway.Dashboard;

/// <summary>Serves the dashboard: the page at <c>/</c>, and its files below <c>/ui</c>. They hold no data, so they need no credential.</summary>
internal static class DashboardEndpoints
{
    // The page refers to the others by name, so it must be current. The names of files below `assets` contain a hash of the content.
    private const string NoCache = "no-cache";
    private const string OneYear = "public, max-age=31536000, immutable";

    private const string Assets = "assets/";

    private static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the files that were installed with the program.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services) => services.AddSingleton(static _ => DashboardFiles.In(DashboardFiles.Directory));

    /// <summary>Maps <c>/</c> and <c>/ui</c>. Without a dashboard, <c>/</c> leads to Swagger UI.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription().DisableHttpMetrics().WithMetadata(new EncodedAtBuild());
        group.MapMethods("/", Reads, static (HttpContext context, DashboardFiles files, Current<SecurityOptions> security) =>
            files.Page is { } page ? Respond(context, page, security.Value) : Results.Redirect("/swagger"));
        group.MapMethods("/ui/{**path}", Reads, static (HttpContext context, DashboardFiles files, Current<SecurityOptions> security, string path = "") =>
            files.Find(path) is { } file ? file.Respond(context, path.StartsWith(Assets, StringComparison.Ordinal) ? OneYear : NoCache)
            // Any other path is one of the page's own, which it shows by itself. A missing asset is an error: the page in its place would be run as a script.
            : path.StartsWith(Assets, StringComparison.Ordinal) || files.Page is not { } page ? Results.NotFound()
            : Respond(context, page, security.Value));
        group.MapMethods("/ui/sign-in.json", Reads, static (HttpContext context, Current<SecurityOptions> security) =>
        {
            context.Response.Headers.CacheControl = NoCache;
            return SignIn.Of(security.Value);
        });
    }

    private static IResult Respond(HttpContext context, DashboardFile page, SecurityOptions security)
    {
        var policy = DashboardPolicy.Of(security);
        context.Response.Headers.ContentSecurityPolicy = policy.Text;
        return page.Respond(context, NoCache, policy.Tag);
    }
}

/// <summary>Marks routes whose responses the build compressed as far as they shrink. They skip the compression middleware.</summary>
internal sealed class EncodedAtBuild;
