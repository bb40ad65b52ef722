using System.Text.Json.Nodes;

namespace QmpGateway.Qmp.Schema;

/// <summary>Objects of a schema as JSON Schema.</summary>
internal sealed class ObjectSchemas(QapiSchema schema, TypeSchemas types)
{
    /// <summary>The object, whose name that is.</summary>
    public JsonObject Of(SchemaInfoObject type, string name) => Of(type, name, []);

    /// <summary>
    /// A struct has its members and no others. A union has its tag, and for each value of it an object complete with the members of the
    /// union: so a fault is told once, and only about the variant that the tag selects.
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
            // No object has a member twice; a variant that leads back to its union would.
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

    /// <summary>A member, and the one value that it can have where it is the tag of the branch.</summary>
    private sealed record Part(SchemaInfoObjectMember Member, string? Only = null);
}
