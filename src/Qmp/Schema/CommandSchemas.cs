using System.Text.Json.Nodes;

namespace QmpGateway.Qmp.Schema;

/// <summary>
/// The commands of a QEMU in JSON Schema 2020-12: what one takes is valid exactly where QEMU takes its shape, but for integers: the schema
/// does not tell their sizes, so all 64-bit ones are valid, and a JSON Schema does not tell <c>1</c> from <c>1.0</c>, which QEMU refuses.
/// <c>deprecated</c> and <c>x-qemu-unstable</c> mark what is; <c>x-qemu-deprecated-values</c> and <c>x-qemu-unstable-values</c> do so for values
/// of an enum.
/// </summary>
public sealed class CommandSchemas
{
    private readonly QapiSchema schema;
    private readonly TypeSchemas types;

    /// <summary>Describes the commands of this schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="definitions">Where <see cref="Definitions"/> will be in the document that holds the commands, as the start of a <c>$ref</c>.</param>
    public CommandSchemas(QapiSchema schema, string definitions = "#/$defs/")
    {
        this.schema = schema;
        types = new TypeSchemas(schema, definitions);
    }

    /// <summary>Every type that a command refers to, by its name. The caller may keep and change it.</summary>
    public JsonObject Definitions() => Reachable([.. schema.Commands.Values.SelectMany(command => new[] { Arguments(command), Returns(command) })]);

    /// <summary>What the command takes.</summary>
    public JsonObject Arguments(SchemaInfoCommand command)
    {
        var arguments = types.Inline(command.ArgumentType);
        if (TakesAnyMember(command))
        {
            arguments.Remove("additionalProperties");
        }

        return arguments;
    }

    /// <summary>What the command returns.</summary>
    public JsonObject Returns(SchemaInfoCommand command) => types.Of(command.ReturnType);

    /// <summary>What the command takes, with all that it refers to in <c>$defs</c>: a document of its own.</summary>
    public JsonObject Document(SchemaInfoCommand command)
    {
        var document = Arguments(command);
        document.Add("$defs", Reachable([document]));
        return document;
    }

    // QAPI's "gen: false", which the schema does not tell: device_add still, netdev_add until 5.1 and object-add until 6.0, when they became
    // unions.
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
