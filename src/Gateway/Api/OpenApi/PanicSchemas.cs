using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Qmp;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes the union of what guests report about a panic: one branch for each known <c>type</c>, and one for all others.</summary>
internal sealed class PanicSchemas : ISchemaFilter
{
    private static readonly (GuestPanicInformationType Type, Type Report)[] Known =
    [
        (GuestPanicInformationType.HyperV, typeof(GuestPanicInformationHyperV)),
        (GuestPanicInformationType.S390, typeof(GuestPanicInformationS390)),
        (GuestPanicInformationType.Tdx, typeof(GuestPanicInformationTdx)),
        (GuestPanicInformationType.Sev, typeof(GuestPanicInformationSev)),
    ];

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { AllOf: null or [] } union || context.Type != typeof(GuestPanicInformation))
        {
            return;
        }

        union.Type = JsonSchemaType.Object;
        union.Required = new HashSet<string> { "type" };
        union.Properties = new Dictionary<string, IOpenApiSchema> { ["type"] = context.SchemaGenerator.GenerateSchema(typeof(GuestPanicInformationType), context.SchemaRepository) };
        union.OneOf =
        [
            .. Known.Select(IOpenApiSchema (known) => new OpenApiSchema
            {
                Title = known.Type.Value,
                AllOf = [context.SchemaGenerator.GenerateSchema(known.Report, context.SchemaRepository)],
                Properties = Type(new OpenApiSchema { Const = known.Type.Value }),
            }),
            new OpenApiSchema
            {
                Title = "any other type",
                Properties = Type(new OpenApiSchema { Not = new OpenApiSchema { Enum = [.. Known.Select(static known => (JsonNode)known.Type.Value)] } }),
            },
        ];
    }

    private static Dictionary<string, IOpenApiSchema> Type(OpenApiSchema type) => new() { ["type"] = type };
}
