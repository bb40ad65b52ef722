using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp.Schema;

/// <summary>
/// QEMU's own description of its commands, its events and their types: the result of <see cref="Query"/>. It is the same for all runs of one build
/// of QEMU, for all emulated machines.
/// </summary>
public sealed class QapiSchema
{
    /// <summary>The command that returns the schema. It takes no arguments. (QAPI: query-qmp-schema, since 2.5)</summary>
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

    /// <summary>All commands by name, sorted by name.</summary>
    public IReadOnlyDictionary<string, SchemaInfoCommand> Commands { get; }

    /// <summary>All events by name, sorted by name.</summary>
    public IReadOnlyDictionary<string, SchemaInfoEvent> Events { get; }

    /// <summary>Returns a type by its name; null if the schema does not contain it. A schema from QEMU contains all types that it refers to.</summary>
    public SchemaInfo? Type(string name) => entities.GetValueOrDefault(name);

    /// <summary>Parses the result of <see cref="Query"/>. Unknown members are ignored.</summary>
    /// <exception cref="JsonException">The value is not a valid schema.</exception>
    public static QapiSchema Parse(JsonText returned) =>
        new(returned.Deserialize(QapiSchemaJson.Default.Entities) ?? throw new JsonException("The schema must be a list, not null."));

    private OrderedDictionary<string, T> OfType<T>()
        where T : SchemaInfo => new(entities.Values.OfType<T>().OrderBy(static entity => entity.Name, StringComparer.Ordinal)
        .Select(static entity => KeyValuePair.Create(entity.Name, entity)));
}

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(SchemaInfo[]), TypeInfoPropertyName = "Entities")]
internal sealed partial class QapiSchemaJson : JsonSerializerContext;
