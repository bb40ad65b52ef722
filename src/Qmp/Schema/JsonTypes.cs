using System.Text.Json.Nodes;

namespace QmpGateway.Qmp.Schema;

/// <summary>QAPI's types in JSON Schema's words.</summary>
internal static class JsonTypes
{
    /// <summary>The one JSON type that all values of a type have; null for one that leaves it open.</summary>
    public static string? Of(SchemaInfo? type) => type switch
    {
        SchemaInfoBuiltin { JsonType: "int" } => "integer",
        SchemaInfoBuiltin { JsonType: "string" or "number" or "boolean" or "null" or "object" or "array" } builtin => builtin.JsonType,
        SchemaInfoArray => "array",
        SchemaInfoEnum => "string",
        SchemaInfoObject => "object",
        _ => null,
    };

    /// <summary>A list of texts.</summary>
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

    /// <summary>Adds the marks of what is deprecated or unstable.</summary>
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
