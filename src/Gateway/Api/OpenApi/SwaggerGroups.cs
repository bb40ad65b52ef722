using Gateway.Api.Http;

namespace Gateway.Api.OpenApi;

/// <summary>Makes Swagger UI collapse the routes of the default VM, because they duplicate the routes above them.</summary>
internal static class SwaggerGroups
{
    /// <summary>The path of the script.</summary>
    public const string Path = "/swagger/groups.js";

    private const string Script =
        $$"""
        // The page makes its user interface when it is loaded; this comes just after.
        window.addEventListener('load', () => setTimeout(() => window.ui.layoutActions.show(['operations-tag', '{{DocumentFrame.DefaultVm}}'], false)));
        """;

    /// <summary>Serves the script.</summary>
    public static void MapSwaggerGroups(this IEndpointRouteBuilder app) =>
        app.MapGet(Path[1..], static () => Results.Text(Script, "text/javascript")).WithHead().ExcludeFromDescription();
}
