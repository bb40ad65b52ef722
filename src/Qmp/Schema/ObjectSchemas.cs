using System.Text.Json.Nodes;

namespace QmpGateway.Qmp.Schema;

/// <summary>Converts the object types of a schema to JSON Schema.</summary>
internal sealed class ObjectSchemas(QapiSchema schema, TypeSchemas types)
{
    /// <summary>Returns the schema of an object type.</summary>
    public JsonObject Of(SchemaInfoObject type, string name) => Of(type, name, []);

    /// <summary>
    /// A struct has only its own members. A union has its tag, and for each value of the tag a complete object that includes the members of the
    /// union. So validation reports a fault once, and only for the variant that the tag selects.
    /// </summary>
    private JsonObject Of(SchemaInfoObject type, string name, IReadOnlyList<Part> inherited) =>
        type.Members.FirstOrDefault(member => member.Name == type.Tag) is { } tag && schema.Type(tag.Type) is SchemaInfoEnum values
            ? Union(type, name, inherited, tag, values)
            : Closed([.. inherited, .. type.Members.Select(static member => new Part(member))]);

    private JsonObject Union(SchemaInfoObject type, string name, IReadOnlyList<Part> inherited, SchemaInfoObjectMember tag, SchemaInfoEnum values)
    {
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [tag.Name] = types.Of(tag.Type).Marked(tag) },
            ["required"] = new JsonArray(tag.Name),
            ["allOf"] = new JsonArray([.. values.Members.Select(value => new JsonObject
            {
                ["if"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { [tag.Name] = new JsonObject { ["const"] = value.Name } },
                    ["required"] = new JsonArray(tag.Name),
                },
                ["then"] = types.Reference($"{name}.{tag.Name}.{value.Name}", () => Branch(value.Name)),
            })]),
        };

        JsonObject Branch(string value)
        {
            Part[] members = [.. inherited, .. type.Members.Select(member => new Part(member, member == tag ? value : null))];
            // This guards against a variant that refers back to its own union. QAPI does not allow an object to have a member twice.
            return type.Variants.FirstOrDefault(variant => variant.Case == value) is { } variant && schema.Type(variant.Type) is SchemaInfoObject more
                && !more.Members.Intersect(members.Select(static part => part.Member)).Any()
                ? Of(more, $"{name}.{tag.Name}.{value}", members)
                : Closed(members);
        }
    }

    private JsonObject Closed(Part[] members)
    {
        var properties = new JsonObject();
        foreach (var part in members)
        {
            properties[part.Member.Name] = Schema(part);
        }

        var json = new JsonObject { ["type"] = "object", ["properties"] = properties }
            .With("required", JsonTypes.List(members.Where(static part => !part.Member.Optional).Select(static part => part.Member.Name)));
        json.Add("additionalProperties", false);
        return json;
    }

    private JsonObject Schema(Part part) =>
        (part.Only is null ? types.Of(part.Member.Type) : new JsonObject { ["const"] = part.Only }).Marked(part.Member);

    /// <summary>A member. If it is the tag of the branch, <c>Only</c> is its only valid value.</summary>
    private sealed record Part(SchemaInfoObjectMember Member, string? Only = null);
}
