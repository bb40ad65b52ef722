using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace QmpGateway.Qmp.Schema;

/// <summary>
/// Converts the types of a schema to JSON Schema. Enums, alternates and objects become definitions that are referred to by name. Other types are inlined.
/// This code does not trust the schema to be sound, because it comes from a process that a guest may have taken over.
/// </summary>
internal sealed class TypeSchemas
{
    private readonly QapiSchema schema;
    private readonly string definitions;
    private readonly TypeNames names;
    private readonly ObjectSchemas objects;
    private readonly ConcurrentDictionary<string, Func<JsonObject>> byName = [];

    public TypeSchemas(QapiSchema schema, string definitions)
    {
        this.schema = schema;
        this.definitions = definitions;
        names = new TypeNames(schema);
        objects = new ObjectSchemas(schema, this);
    }

    /// <summary>Returns the schema for a use of the type: a reference to its definition, or the type itself if it has no definition.</summary>
    public JsonObject Of(string type) => schema.Type(type) switch
    {
        SchemaInfoEnum or SchemaInfoAlternate or SchemaInfoObject { Members.Count: > 0 } => Reference(names[type], () => Inline(type)),
        _ => Inline(type),
    };

    /// <summary>Returns the schema of the type itself, even if it has a definition.</summary>
    public JsonObject Inline(string type) => schema.Type(type) switch
    {
        // The schema does not say which integers are unsigned. QEMU accepts negative numbers for unsigned ones, but nothing beyond the range of signed ones.
        SchemaInfoBuiltin { JsonType: "int" } => new() { ["type"] = "integer", ["minimum"] = long.MinValue, ["maximum"] = ulong.MaxValue },
        SchemaInfoBuiltin builtin => JsonTypes.Of(builtin) is { } plain ? new() { ["type"] = plain } : [],
        // QAPI has no lists of lists.
        SchemaInfoArray array => new()
        {
            ["type"] = "array",
            ["items"] = schema.Type(array.ElementType) is SchemaInfoArray ? [] : Of(array.ElementType),
        },
        SchemaInfoEnum values => Enum(values),
        SchemaInfoAlternate alternate => Alternate(alternate),
        SchemaInfoObject structure => objects.Of(structure, names[type]).Marked(structure),
        _ => [],
    };

    /// <summary>Returns a reference to a definition, and registers the definition.</summary>
    public JsonObject Reference(string path, Func<JsonObject> definition)
    {
        // The characters of QAPI names need no escaping in URI fragments and OpenAPI keys.
        var name = string.Concat(path.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
        byName.TryAdd(name, definition);
        return new() { ["$ref"] = definitions + name };
    }

    /// <summary>Returns the definition that a reference of this instance refers to.</summary>
    public JsonObject Definition(string name) => byName[name]();

    /// <summary>Returns the names of all definitions that a schema of this instance refers to directly.</summary>
    public IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject part => part.SelectMany(member => member is { Key: "$ref", Value: JsonValue to }
            ? [to.GetValue<string>()[definitions.Length..]]
            : References(member.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };

    private static JsonObject Enum(SchemaInfoEnum values) =>
        new JsonObject { ["type"] = "string", ["enum"] = Names(values.Members) }
            .With("x-qemu-deprecated-values", Names(values.Members.Where(static value => value.Deprecated)))
            .With("x-qemu-unstable-values", Names(values.Members.Where(static value => value.Unstable)))
            .Marked(values);

    private static JsonArray Names(IEnumerable<SchemaInfoEnumMember> values) => JsonTypes.List(values.Select(static value => value.Name));

    // Each type of an alternate has a different JSON type, so the JSON type of a value selects the type.
    private JsonObject Alternate(SchemaInfoAlternate alternate)
    {
        var types = alternate.Members.Select(member => (member.Type, Json: JsonTypes.Of(schema.Type(member.Type)))).ToArray();
        if (types.Any(static type => type.Json is null))
        {
            return new JsonObject().Marked(alternate);
        }

        var branches = types.Where(type => type.Json is "integer" || schema.Type(type.Type) is not SchemaInfoBuiltin).Select(type =>
            new JsonObject { ["if"] = new JsonObject { ["type"] = type.Json }, ["then"] = Of(type.Type) });
        return new JsonObject { ["type"] = JsonTypes.List(types.Select(static type => type.Json!)) }
            .With("allOf", [.. branches])
            .Marked(alternate);
    }
}
