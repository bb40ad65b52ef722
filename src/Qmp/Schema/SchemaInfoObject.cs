using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp.Schema;

/// <summary>A struct, or, where it has a tag, a union. (QAPI: SchemaInfoObject, since 2.5)</summary>
public sealed record SchemaInfoObject : SchemaInfo
{
    /// <summary>The members that it always has, the tag among them. (QAPI: members)</summary>
    [JsonPropertyName("members")]
    public required IReadOnlyList<SchemaInfoObjectMember> Members { get; init; }

    /// <summary>The member, of an enum, whose value selects the variant; null where there are none. (QAPI: tag)</summary>
    [JsonPropertyName("tag")]
    public string? Tag { get; init; }

    /// <summary>What a value of the tag adds. A value that is not listed adds nothing. (QAPI: variants)</summary>
    [JsonPropertyName("variants")]
    public IReadOnlyList<SchemaInfoObjectVariant> Variants { get => field ?? []; init; }
}

/// <summary>A member of an object. (QAPI: SchemaInfoObjectMember, since 2.5)</summary>
public sealed record SchemaInfoObjectMember : SchemaPart
{
    /// <summary>The member's name. (QAPI: name)</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The name of its type. (QAPI: type)</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>
    /// Whether it may be left out. (QAPI: default, whose presence says it; its value has been null so far: no default is told)
    /// </summary>
    [JsonPropertyName("default")]
    [JsonConverter(typeof(PresenceConverter))]
    public bool Optional { get; init; }
}

/// <summary>What one value of a union's tag adds to it. (QAPI: SchemaInfoObjectVariant, since 2.5)</summary>
public sealed record SchemaInfoObjectVariant
{
    /// <summary>The tag's value. (QAPI: case)</summary>
    [JsonPropertyName("case")]
    public required string Case { get; init; }

    /// <summary>The name of the object type with the members that it adds. (QAPI: type)</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }
}

/// <summary>Reads any value, null too, as true: that the member is there is what counts.</summary>
internal sealed class PresenceConverter : JsonConverter<bool>
{
    public override bool HandleNull => true;

    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Skip();
        return true;
    }

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteNullValue();
}
