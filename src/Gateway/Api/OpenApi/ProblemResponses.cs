using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Requests.Binding;
using Gateway.Requests.Problems;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using QmpGateway.Contracts;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes every problem that a route can return, with an example of each.</summary>
internal sealed class ProblemResponses(IOptions<JsonOptions> json) : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<ApiRouteAttribute>().Any())
        {
            return;
        }

        var kinds = context.MethodInfo.GetCustomAttributes(typeof(ProblemsAttribute), inherit: false).Cast<ProblemsAttribute>()
            .SelectMany(static problems => problems.Kinds)
            .Concat([ProblemKind.InvalidRequest, ProblemKind.Unauthenticated, ProblemKind.Forbidden, ProblemKind.RateLimited])
            .Concat(context.ApiDescription.HttpMethod is "POST" or "PUT" ? [ProblemKind.InProgress, ProblemKind.KeyReused, ProblemKind.StorageUnavailable] : [])
            .Where(kind => context.ApiDescription.RelativePath!.Contains("{vm}", StringComparison.Ordinal) ? kind != ProblemKind.VmAmbiguous : true)
            .Distinct();
        var schema = context.SchemaGenerator.GenerateSchema(typeof(Problem), context.SchemaRepository);
        foreach (var status in kinds.GroupBy(static kind => kind.Status).OrderBy(static status => status.Key))
        {
            operation.Responses!.Remove(status.Key.ToString(System.Globalization.CultureInfo.InvariantCulture));
            operation.Responses.Add(status.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), new OpenApiResponse
            {
                Description = string.Join("; ", status.Select(static kind => $"`{kind.Slug}`: {kind.Title}")),
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    ["application/problem+json"] = new OpenApiMediaType
                    {
                        Schema = schema,
                        Examples = status.ToDictionary(static kind => kind.Slug, IOpenApiExample (kind) => new OpenApiExample { Value = Example(kind) }),
                    },
                },
            });
        }
    }

    private JsonNode? Example(ProblemKind kind) => JsonSerializer.SerializeToNode(ProblemExamples.Of(kind), json.Value.JsonSerializerOptions);
}
