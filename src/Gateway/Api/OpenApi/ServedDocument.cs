using System.Text.Json.Nodes;
using Gateway.Access;
using Gateway.Commands;
using Gateway.Vms;
using Microsoft.OpenApi;

namespace Gateway.Api.OpenApi;

/// <summary>Adapts the OpenAPI document to this gateway and this caller: address, authentication, a VM as an example, and commands that the policy denies.</summary>
internal static class ServedDocument
{
    /// <summary>The extension of an operation that names the QMP command it sends.</summary>
    public const string CommandExtension = "x-qmp-command";

    /// <summary>Adapts the document to a request.</summary>
    public static void Fit(OpenApiDocument document, HttpRequest request)
    {
        var services = request.HttpContext.RequestServices;
        document.Servers = [new OpenApiServer { Url = $"{request.Scheme}://{request.Host}{request.PathBase}" }];
        // Swagger UI shows a lock on every operation if the document has a security requirement.
        document.Security = services.GetRequiredService<AccessRules>().Required ? [OpenApiServices.Credential(document)] : null;

        var vms = services.GetRequiredService<IVms>().SeenWith(request.HttpContext.User.Access().Grants);
        var policy = services.GetRequiredService<CommandPolicy>();
        var example = vms.FirstOrDefault(static vm => vm.Snapshot.Connection.IsInUse) ?? (vms is [var first, ..] ? first : null);
        foreach (var operation in document.Paths.Values.SelectMany(static path => path.Operations!.Values))
        {
            if (example is not null && operation.Parameters?.FirstOrDefault(static parameter => parameter is { Name: "vm", In: ParameterLocation.Path }) is OpenApiParameter vm)
            {
                vm.Example = JsonValue.Create(example.Id);
            }

            if (operation.Extensions?.TryGetValue(CommandExtension, out var sent) == true && sent is JsonNodeExtension { Node: { } command })
            {
                operation.Summary += Denial(policy, vms, command.GetValue<string>());
            }
        }
    }

    private static string Denial(CommandPolicy policy, IReadOnlyList<IVm> vms, string command)
    {
        var denied = vms.Count(vm => policy.Denied(vm.Id, command, default) is not null);
        return denied == 0 ? "" : denied == vms.Count ? " (denied by the command policy)" : " (denied by the command policy for some VMs)";
    }
}
