using Gateway.Api.Http;

namespace Gateway.Api.OpenApi;

/// <summary>Has Swagger UI show the group of the default VM's routes collapsed: they are the routes above it once more.</summary>
internal static class SwaggerGroups
{
    /// <summary>Where the page finds the script.</summary>
    public const string Path = "/swagger/groups.js";

    private const string Script =
        $$"""
        // The page makes its user interface when it is loaded; this comes just after.
        window.addEventListener('load', () => setTimeout(() => window.ui.layoutActions.show(['operations-tag', '{{DocumentFrame.DefaultVm}}'], false)));
        """;

    /// <summary>Serves the script.</summary>
    public static void MapSwaggerGroups(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, static () => Results.Text(Script, "text/javascript")).WithHead().ExcludeFromDescription();
}
