using System.Text.Json.Nodes;

namespace QmpGateway.Qmp.Schema;

/// <summary>Maps QAPI's types to JSON Schema.</summary>
internal static class JsonTypes
{
    /// <summary>Returns the JSON type of all values of a type; null if they may have different types.</summary>
    public static string? Of(SchemaInfo? type) => type switch
    {
        SchemaInfoBuiltin { JsonType: "int" } => "integer",
        SchemaInfoBuiltin { JsonType: "string" or "number" or "boolean" or "null" or "object" or "array" } builtin => builtin.JsonType,
        SchemaInfoArray => "array",
        SchemaInfoEnum => "string",
        SchemaInfoObject => "object",
        _ => null,
    };

    /// <summary>Creates a list of strings.</summary>
    public static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode?)text)]);

    /// <summary>Adds a list, unless it is empty.</summary>
    public static JsonObject With(this JsonObject json, string keyword, JsonArray list)
    {
        if (list.Count > 0)
        {
            json.Add(keyword, list);
        }

        return json;
    }

    /// <summary>Marks a schema as deprecated or unstable.</summary>
    public static JsonObject Marked(this JsonObject json, SchemaPart part)
    {
        if (part.Deprecated)
        {
            json["deprecated"] = true;
        }

        if (part.Unstable)
        {
            json["x-qemu-unstable"] = true;
        }

        return json;
    }
}
