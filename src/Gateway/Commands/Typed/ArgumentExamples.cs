using System.Text.Json.Nodes;

namespace Gateway.Commands.Typed;

/// <summary>Creates the smallest valid values for a command's schema.</summary>
/// <param name="definitions">The definitions that the schemas refer to, by name.</param>
internal sealed class ArgumentExamples(JsonObject definitions)
{
    // A QAPI type never requires a member of its own type: no finite value would be valid. The limit guards against an unsound schema.
    private const int MaxDepth = 64;

    /// <summary>Returns an example value for a schema.</summary>
    public JsonNode? Of(JsonObject schema) => Of(schema, 0);

    private JsonNode? Of(JsonObject schema, int depth)
    {
        if (depth > MaxDepth)
        {
            return null;
        }

        if (schema["$ref"] is { } reference)
        {
            return Of(definitions[reference.GetValue<string>().Split('/')[^1]]!.AsObject(), depth + 1);
        }

        return schema["const"] is { } constant ? constant.DeepClone()
            : schema["enum"] is JsonArray values ? values.FirstOrDefault()?.DeepClone()
            : Type(schema) switch
            {
                "object" => Object(schema, depth),
                "array" => new JsonArray(),
                "string" => "string",
                "integer" or "number" => 0,
                "boolean" => false,
                null => "any",
                _ => null,
            };
    }

    private JsonNode? Object(JsonObject schema, int depth)
    {
        var example = new JsonObject();
        foreach (var name in schema["required"]?.AsArray().Select(static name => name!.GetValue<string>()) ?? [])
        {
            example[name] = Of(schema["properties"]![name]!.AsObject(), depth + 1);
        }

        // For a union, this is only the tag. The schema of the branch has all members.
        var branch = schema["allOf"]?.AsArray().FirstOrDefault(branch => branch!["if"]!["properties"]!.AsObject()
            .All(tag => JsonNode.DeepEquals(tag.Value!["const"], example[tag.Key])));
        return branch is null ? example : Of(branch["then"]!.AsObject(), depth + 1);
    }

    // For an alternate, prefer any type to an object, which may be deeply nested.
    private static string? Type(JsonObject schema) => schema["type"] is JsonArray several
        ? several.Select(static type => type!.GetValue<string>()).OrderBy(static type => type == "object").First()
        : schema["type"]?.GetValue<string>();
}
