using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes the VM in the path, or the default VM if the path has none.</summary>
internal sealed class RouteVm : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (IsNotDescribed(operation, context))
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter { Name = "vm", In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } });
        }

        if (operation.Parameters?.FirstOrDefault(static parameter => parameter is { Name: "vm", In: ParameterLocation.Path }) is OpenApiParameter vm)
        {
            vm.Description = "The VM's id.";
            vm.Example = "web1";
        }
        else if (operation.OperationId?.EndsWith("OfDefaultVm", StringComparison.Ordinal) == true)
        {
            operation.Summary = $"{operation.Summary} (default VM)";
            operation.Description = $"{operation.Description}\n\nAddresses the default VM: `Gateway:DefaultVm`, or the only VM.";
        }
    }

    // Plain endpoints take the VM from the path without a parameter of their handler.
    private static bool IsNotDescribed(OpenApiOperation operation, OperationFilterContext context) =>
        context.ApiDescription.RelativePath!.Contains("{vm}", StringComparison.Ordinal) && operation.Parameters?.Any(static parameter => parameter is { Name: "vm", In: ParameterLocation.Path }) != true;
}
