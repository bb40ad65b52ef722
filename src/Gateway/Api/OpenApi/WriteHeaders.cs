using Gateway.Requests.Problems;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes the headers of routes that write: <c>If-Match</c>, <c>If-None-Match</c> and <c>Idempotency-Key</c>.</summary>
internal sealed class WriteHeaders : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var problems = context.MethodInfo.GetCustomAttributes(typeof(ProblemsAttribute), inherit: false).Cast<ProblemsAttribute>()
            .SelectMany(static attribute => attribute.Kinds).ToArray();
        if (problems.Contains(ProblemKind.RunChanged))
        {
            Add(operation, "If-Match", "The run that this is for, in quotes, as `GET /vms/{vm}` sends it for `ETag`. Where it is no longer that one: 412, nothing sent.");
        }

        if (problems.Contains(ProblemKind.AlreadyExists))
        {
            Add(operation, "If-None-Match", "`*` creates only: where there is such a VM already, 412, nothing changed.");
        }

        if (context.ApiDescription.HttpMethod is "POST" or "PUT")
        {
            Add(operation, "Idempotency-Key", "1 to 255 characters. The first answer is kept for 24 hours, and the same request with the same key gets it again.");
        }
    }

    private static void Add(OpenApiOperation operation, string name, string description)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}
