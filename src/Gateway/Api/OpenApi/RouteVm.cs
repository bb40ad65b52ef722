using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes the VM in the path, or the default VM if the path has none.</summary>
internal sealed class RouteVm : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.Parameters?.FirstOrDefault(static parameter => parameter is { Name: "vm", In: ParameterLocation.Path }) is OpenApiParameter vm)
        {
            vm.Description = "The VM's id.";
            vm.Example = "web1";
        }
        else if (operation.OperationId?.EndsWith("OfDefaultVm", StringComparison.Ordinal) == true)
        {
            operation.Summary = $"{operation.Summary} (default VM)";
            operation.Description = $"{operation.Description}\n\nOf the default VM: `Gateway:DefaultVm`, or the only one there is.";
        }
    }
}
