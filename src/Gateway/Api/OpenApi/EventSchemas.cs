using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using QmpGateway.Contracts;
using QmpGateway.Qmp;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>
/// Describes the data of each known event. The schema of an entry combines the envelope with one branch per value of <c>event</c>. The last branch
/// matches every other event, so that events of a newer QEMU are valid too. Generators that do not support such unions (NSwag, Kiota) use the envelope
/// as a base class.
/// </summary>
internal sealed class EventSchemas : IDocumentFilter
{
    /// <summary>The members that all events have.</summary>
    public const string Envelope = "EventEnvelope";

    /// <summary>The schema of an entry.</summary>
    public const string Entry = nameof(GatewayEvent);

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var schemas = swaggerDoc.Components!.Schemas!;
        if (!schemas.TryGetValue(Entry, out var entry) || entry is not OpenApiSchema envelope)
        {
            return;
        }

        var (qemu, gateway) = (Names(EventPayloads.Qemu), Names(EventPayloads.Gateway));

        // This branch repeats the envelope, because openapi-typescript turns a branch with only a condition into `unknown`, and with it the whole union.
        var others = new OpenApiSchema
        {
            Title = "any other event",
            AllOf = [new OpenApiSchemaReference(Envelope, swaggerDoc)],
            Not = new OpenApiSchema { AnyOf = [Origin(qemu, "qemu"), Origin(gateway, "gateway")] },
        };
        schemas[Entry] = new OpenApiSchema
        {
            Description = $"{envelope.Description} The type of `data` depends on `event`.",
            Examples = envelope.Examples,
            AllOf =
            [
                new OpenApiSchemaReference(Envelope, swaggerDoc),
                new OpenApiSchema
                {
                    OneOf = [.. EventPayloads.Qemu.Select(known => Branch(known, "qemu")), .. EventPayloads.Gateway.Select(known => Branch(known, "gateway")), others],
                },
            ],
        };
        envelope.Description = "The members of all events.";
        envelope.Examples = null;
        schemas[Envelope] = envelope;

        // The gateway passes these members on verbatim, so its own records do not declare their types.
        var status = context.SchemaGenerator.GenerateSchema(typeof(StatusInfo), context.SchemaRepository);
        var cause = context.SchemaGenerator.GenerateSchema(typeof(StatusCauseData), context.SchemaRepository);
        Retype(nameof(Vm), "status", status);
        Retype(nameof(Vm), "statusCause", cause);
        Retype(nameof(VmEnded), "cause", cause);

        IOpenApiSchema Branch((string Name, Type? Data) known, string origin) => new OpenApiSchema
        {
            Title = known.Name,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["event"] = new OpenApiSchema { Const = known.Name },
                ["origin"] = new OpenApiSchema { Const = origin },
                ["data"] = known.Data is null
                    ? new OpenApiSchema { Type = JsonSchemaType.Object }
                    : context.SchemaGenerator.GenerateSchema(known.Data, context.SchemaRepository),
            },
            Required = new HashSet<string> { "event", "origin", "data" },
        };

        void Retype(string schema, string member, IOpenApiSchema type)
        {
            var members = ((OpenApiSchema)schemas[schema]).Properties!;
            members[member] = Shapes.Nullable(type, members[member].Description);
        }
    }

    private static JsonNode[] Names(IEnumerable<(string Name, Type? Data)> events) => [.. events.Select(static known => (JsonNode)known.Name)];

    private static OpenApiSchema Origin(JsonNode[] names, string origin) => new()
    {
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["event"] = new OpenApiSchema { Enum = names },
            ["origin"] = new OpenApiSchema { Const = origin },
        },
    };
}
