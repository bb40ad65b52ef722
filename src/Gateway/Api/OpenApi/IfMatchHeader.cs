using Gateway.Api.Problems;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes <c>If-Match</c> on the routes that write.</summary>
internal sealed class IfMatchHeader : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var problems = context.MethodInfo.GetCustomAttributes(typeof(ProblemsAttribute), inherit: false).Cast<ProblemsAttribute>();
        if (!problems.SelectMany(static attribute => attribute.Kinds).Contains(ProblemKind.RunChanged))
        {
            return;
        }

        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = "If-Match",
            In = ParameterLocation.Header,
            Description = "The run that this is for, in quotes, as `GET /vms/{vm}` sends it for `ETag`. Where it is no longer that one: 412, nothing sent.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}
