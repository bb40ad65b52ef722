using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp.Schema;

/// <summary>A struct, or a union if it has a tag. (QAPI: SchemaInfoObject, since 2.5)</summary>
public sealed record SchemaInfoObject : SchemaInfo
{
    /// <summary>The members of all variants, including the tag. (QAPI: members)</summary>
    [JsonPropertyName("members")]
    public required IReadOnlyList<SchemaInfoObjectMember> Members { get; init; }

    /// <summary>The name of the member whose value selects the variant. Its type is an enum. Null for a struct. (QAPI: tag)</summary>
    [JsonPropertyName("tag")]
    public string? Tag { get; init; }

    /// <summary>The variants, by the value of the tag. A value that is not listed adds no members. (QAPI: variants)</summary>
    [JsonPropertyName("variants")]
    public IReadOnlyList<SchemaInfoObjectVariant> Variants { get => field ?? []; init; }
}

/// <summary>A member of an object. (QAPI: SchemaInfoObjectMember, since 2.5)</summary>
public sealed record SchemaInfoObjectMember : SchemaPart
{
    /// <summary>The member's name. (QAPI: name)</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The name of the member's type. (QAPI: type)</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>
    /// Whether the member may be omitted. (QAPI: default. Its presence means that the member is optional. Its value is always null so far, so QEMU does not
    /// report the actual default.)
    /// </summary>
    [JsonPropertyName("default")]
    [JsonConverter(typeof(PresenceConverter))]
    public bool Optional { get; init; }
}

/// <summary>The members that one value of the tag adds to a union. (QAPI: SchemaInfoObjectVariant, since 2.5)</summary>
public sealed record SchemaInfoObjectVariant
{
    /// <summary>The tag's value. (QAPI: case)</summary>
    [JsonPropertyName("case")]
    public required string Case { get; init; }

    /// <summary>The name of the object type that has the added members. (QAPI: type)</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }
}

/// <summary>Reads any value, including null, as true, because only the presence of the member counts.</summary>
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
