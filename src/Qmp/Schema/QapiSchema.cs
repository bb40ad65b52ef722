using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp.Schema;

/// <summary>
/// How one QEMU describes its commands, events and their types: the answer to <see cref="Query"/>. It is the same for all runs of one build
/// of QEMU, whatever machine they emulate.
/// </summary>
public sealed class QapiSchema
{
    /// <summary>The command that asks for it; no arguments. (QAPI: query-qmp-schema, since 2.5)</summary>
    public const string Query = "query-qmp-schema";

    private readonly Dictionary<string, SchemaInfo> entities;

    private QapiSchema(IEnumerable<SchemaInfo> entities)
    {
        this.entities = [];
        foreach (var entity in entities)
        {
            this.entities[entity.Name] = entity;
        }

        Commands = OfType<SchemaInfoCommand>();
        Events = OfType<SchemaInfoEvent>();
    }

    /// <summary>All commands by name, in the order of their names.</summary>
    public IReadOnlyDictionary<string, SchemaInfoCommand> Commands { get; }

    /// <summary>All events by name, in the order of their names.</summary>
    public IReadOnlyDictionary<string, SchemaInfoEvent> Events { get; }

    /// <summary>The type of that name; null where the description has none, which QEMU's own never lacks.</summary>
    public SchemaInfo? Type(string name) => entities.GetValueOrDefault(name);

    /// <summary>Reads the value that <see cref="Query"/> returned. What it has beyond what is known here is passed over.</summary>
    /// <exception cref="JsonException">It is no such value.</exception>
    public static QapiSchema Parse(JsonText returned) =>
        new(returned.Deserialize(QapiSchemaJson.Default.Entities) ?? throw new JsonException("The schema must be a list, not null."));

    private OrderedDictionary<string, T> OfType<T>()
        where T : SchemaInfo => new(entities.Values.OfType<T>().OrderBy(static entity => entity.Name, StringComparer.Ordinal)
        .Select(static entity => KeyValuePair.Create(entity.Name, entity)));
}

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(SchemaInfo[]), TypeInfoPropertyName = "Entities")]
internal sealed partial class QapiSchemaJson : JsonSerializerContext;
