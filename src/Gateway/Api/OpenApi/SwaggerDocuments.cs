using Gateway.Access;
using Gateway.Api.Http;
using Gateway.Vms;

namespace Gateway.Api.OpenApi;

/// <summary>The descriptions that Swagger UI offers: the gateway's own, and one of each VM whose commands can be tried.</summary>
internal static class SwaggerDocuments
{
    /// <summary>Where Swagger UI asks for them.</summary>
    public const string Path = "/swagger/documents.json";

    /// <summary>The gateway's own.</summary>
    public const string Gateway = "QMP Gateway";

    /// <summary>Lists the connected VMs that the caller may see, as Swagger UI's configuration has it.</summary>
    public static void MapSwaggerDocuments(this IEndpointRouteBuilder app, string gateway) => app.MapGet(Path, (HttpContext context, IVms vms) => new Dictionary<string, object>
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
