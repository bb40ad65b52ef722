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
            Add(operation, "If-Match", "The run that the request applies to, in quotes: the `ETag` of `GET /vms/{vm}`. If the VM is in another run, the response is 412 and nothing is sent.");
        }

        if (problems.Contains(ProblemKind.AlreadyExists))
        {
            Add(operation, "If-None-Match", "`*` allows only creation. If the VM already exists, the response is 412 and nothing is changed.");
        }

        if (context.ApiDescription.HttpMethod is "POST" or "PUT")
        {
            Add(operation, "Idempotency-Key", "1 to 255 characters. The first response is kept for 24 hours, and the same request with the same key returns it again.");
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
