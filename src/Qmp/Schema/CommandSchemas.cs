using System.Text.Json.Nodes;

namespace QmpGateway.Qmp.Schema;

/// <summary>
/// The commands of a QEMU as JSON Schema 2020-12. Arguments are valid exactly if QEMU accepts their names and types, except for integers. QEMU's schema
/// does not contain the sizes of integers, so all 64-bit integers are valid. JSON Schema does not distinguish <c>1</c> from <c>1.0</c>, which QEMU refuses.
/// <c>deprecated</c> and <c>x-qemu-unstable</c> mark deprecated and unstable parts. <c>x-qemu-deprecated-values</c> and <c>x-qemu-unstable-values</c> list
/// such values of an enum.
/// </summary>
public sealed class CommandSchemas
{
    private readonly QapiSchema schema;
    private readonly TypeSchemas types;

    /// <summary>Describes the commands of a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="definitions">The location of <see cref="Definitions"/> in the document that contains the commands, as the start of a <c>$ref</c>.</param>
    public CommandSchemas(QapiSchema schema, string definitions = "#/$defs/")
    {
        this.schema = schema;
        types = new TypeSchemas(schema, definitions);
    }

    /// <summary>Returns every type that a command refers to, by name. The caller may keep and change the result.</summary>
    public JsonObject Definitions() => Reachable([.. schema.Commands.Values.SelectMany(command => new[] { Arguments(command), Returns(command) })]);

    /// <summary>Returns the schema of the command's arguments.</summary>
    public JsonObject Arguments(SchemaInfoCommand command)
    {
        var arguments = types.Inline(command.ArgumentType);
        if (TakesAnyMember(command))
        {
            arguments.Remove("additionalProperties");
        }

        return arguments;
    }

    /// <summary>Returns the schema of the command's result.</summary>
    public JsonObject Returns(SchemaInfoCommand command) => types.Of(command.ReturnType);

    /// <summary>Returns the schema of the command's arguments as a complete document, with all referenced types in <c>$defs</c>.</summary>
    public JsonObject Document(SchemaInfoCommand command)
    {
        var document = Arguments(command);
        document.Add("$defs", Reachable([document]));
        return document;
    }

    // These commands have "gen: false" in QAPI, which the schema does not show: device_add in all versions, netdev_add before 5.1 and object-add before 6.0.
    // Then they became unions.
    private bool TakesAnyMember(SchemaInfoCommand command) => command.Name switch
    {
        "device_add" => true,
        "netdev_add" or "object-add" => schema.Type(command.ArgumentType) is SchemaInfoObject { Tag: null },
        _ => false,
    };

    private JsonObject Reachable(IReadOnlyList<JsonNode> from)
    {
        var found = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        var next = new Stack<JsonNode>(from);
        while (next.TryPop(out var node))
        {
            foreach (var name in types.References(node).Where(name => !found.ContainsKey(name)))
            {
                var definition = types.Definition(name);
                found.Add(name, definition);
                next.Push(definition);
            }
        }

        return new JsonObject(found);
    }
}
