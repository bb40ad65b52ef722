using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using QmpGateway.Qmp;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes the union of panic reports: one branch for each known <c>type</c>, and one for all others.</summary>
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

        // NSwag generates no class for a union that declares members itself. It does if the union derives from a schema with these members.
        var members = context.SchemaRepository.AddDefinition("GuestPanicReport", new OpenApiSchema
        {
            Description = "The members of all reports.",
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "type" },
            Properties = Type(context.SchemaGenerator.GenerateSchema(typeof(GuestPanicInformationType), context.SchemaRepository)),
        });
        union.Type = null;
        union.Properties = null;
        union.Required = null;
        union.AdditionalProperties = null;
        union.AllOf = [members, new OpenApiSchema { OneOf = Reports(context) }];
    }

    private static List<IOpenApiSchema> Reports(SchemaFilterContext context) =>
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

    private static Dictionary<string, IOpenApiSchema> Type(IOpenApiSchema type) => new() { ["type"] = type };
}
