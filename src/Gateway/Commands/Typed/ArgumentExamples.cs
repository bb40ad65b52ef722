using System.Text.Json.Nodes;

namespace Gateway.Commands.Typed;

/// <summary>The smallest values that are valid by a command's schema.</summary>
/// <param name="definitions">What the schemas refer to, by name.</param>
internal sealed class ArgumentExamples(JsonObject definitions)
{
    // Required members lead back to their own type nowhere in QAPI, which could not be written down otherwise.
    private const int MaxDepth = 64;

    /// <summary>An example of a value of this schema.</summary>
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

        // Of a union that is the tag alone: the object is its branch's.
        var branch = schema["allOf"]?.AsArray().FirstOrDefault(branch => branch!["if"]!["properties"]!.AsObject()
            .All(tag => JsonNode.DeepEquals(tag.Value!["const"], example[tag.Key])));
        return branch is null ? example : Of(branch["then"]!.AsObject(), depth + 1);
    }

    // Of an alternate the plainest: an object may lead on and on.
    private static string? Type(JsonObject schema) => schema["type"] is JsonArray several
        ? several.Select(static type => type!.GetValue<string>()).OrderBy(static type => type == "object").First()
        : schema["type"]?.GetValue<string>();
}
