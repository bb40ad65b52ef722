using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Api.Bodies;
using Gateway.Requests.Operations;
using Microsoft.OpenApi;
using QmpGateway.Contracts;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes the values that <c>POST /bulk</c> accepts.</summary>
internal sealed class BulkSchemas : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.Type != typeof(BulkRequest) || schema is not OpenApiSchema { Properties: { } members })
        {
            return;
        }

        ((OpenApiSchema)members["action"]).Enum = [.. OperationNames.All.Select(static name => (JsonNode)name)];
        var wait = (OpenApiSchema)members["wait"];
        (wait.Minimum, wait.Maximum) = (Number(BulkBodies.ShortestWait), Number(BulkBodies.LongestWait));
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
