using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using QmpGateway.Qmp;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes QAPI enums as strings with an open set of values, because another QEMU version may have more.</summary>
internal sealed class QapiEnumSchemas : ISchemaFilter
{
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { AllOf: null or [] } text || !IsQapiEnum(context.Type))
        {
            return;
        }

        var known = ((System.Collections.IEnumerable)context.Type.GetProperty("Known")!.GetValue(null)!).Cast<object>().Select(static value => value.ToString()!);
        text.Type = JsonSchemaType.String;
        text.Properties?.Clear();
        text.Required?.Clear();
        text.Description = $"{text.Description} Other versions of QEMU may have more values.";
        text.AnyOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. known.Select(static value => (JsonNode)value)] },
            new OpenApiSchema { Type = JsonSchemaType.String },
        ];
    }

    private static bool IsQapiEnum(Type type) =>
        type.GetInterfaces().Any(static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IQapiEnum<>));
}
