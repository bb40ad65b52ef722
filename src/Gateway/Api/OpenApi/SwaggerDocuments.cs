using Gateway.Access;
using Gateway.Api.Http;
using Gateway.Vms;

namespace Gateway.Api.OpenApi;

/// <summary>Lists the documents that Swagger UI offers: the gateway's own, and one for the commands of each connected VM.</summary>
internal static class SwaggerDocuments
{
    /// <summary>The path that Swagger UI loads the list from.</summary>
    public const string Path = "/swagger/documents.json";

    /// <summary>The name of the gateway's own document.</summary>
    public const string Gateway = "QMP Gateway";

    /// <summary>Serves the list, in the format of Swagger UI's configuration, with the connected VMs that the caller may see.</summary>
    public static void MapSwaggerDocuments(this IEndpointRouteBuilder app, string gateway) => app.MapGet(Path[1..], (HttpContext context, IVms vms) => new Dictionary<string, object>
    {
        ["urls"] = (Document[])
        [
            new(gateway, Gateway),
            .. vms.SeenWith(context.User.Access().Grants)
                .Where(static vm => vm.Snapshot.Connection.IsInUse)
                .Select(static vm => new Document($"/vms/{vm.Id}/openapi.json", $"{vm.Id}: QEMU {vm.Snapshot.Qemu?.Version}")),
        ],
    }).WithHead().ExcludeFromDescription();

    private sealed record Document(string Url, string Name);
}
