using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>
/// Rewrites references into the form that tools support. Swashbuckle describes a nullable member as <c>{"type":"null","allOf":[…]}</c>, which only
/// null satisfies.
/// </summary>
internal sealed class Shapes : IDocumentFilter
{
    /// <summary>Returns a schema that also allows null.</summary>
    public static OpenApiSchema Nullable(IOpenApiSchema schema, string? description) => new()
    {
        Description = description,
        OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Null }],
    };

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        foreach (var schema in swaggerDoc.Components!.Schemas!.Values.OfType<OpenApiSchema>())
        {
            foreach (var (name, member) in schema.Properties?.ToArray() ?? [])
            {
                schema.Properties![name] = Of(member, swaggerDoc);
            }
        }

        foreach (var operation in swaggerDoc.Paths.Values.SelectMany(static path => path.Operations!.Values))
        {
            foreach (var media in operation.RequestBody?.Content?.Values.OfType<OpenApiMediaType>() ?? [])
            {
                media.Schema = Single(media.Schema, swaggerDoc) ?? media.Schema;
            }
        }
    }

    private static IOpenApiSchema Of(IOpenApiSchema member, OpenApiDocument document)
    {
        if (member is OpenApiSchema { Items: OpenApiSchemaReference items } list)
        {
            list.Items = new OpenApiSchemaReference(items.Reference.Id!, document);
        }

        if (Single(member, document) is not { } single)
        {
            return member;
        }

        if (member.Type?.HasFlag(JsonSchemaType.Null) == true)
        {
            return Nullable(single, member.Description);
        }

        single.Description = member.Description;
        return single;
    }

    private static OpenApiSchemaReference? Single(IOpenApiSchema? schema, OpenApiDocument document) =>
        schema is OpenApiSchema { AllOf: [OpenApiSchemaReference only] } ? new OpenApiSchemaReference(only.Reference.Id!, document) : null;
}
