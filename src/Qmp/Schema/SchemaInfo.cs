using System.Text.Json.Serialization;

namespace QmpGateway.Qmp.Schema;

/// <summary>
/// One entity of a QEMU's schema: a type, a command or an event. An entity of an unknown meta-type is deserialized to this base class.
/// (QAPI: SchemaInfo, since 2.5)
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "meta-type", IgnoreUnrecognizedTypeDiscriminators = true)]
[JsonDerivedType(typeof(SchemaInfoBuiltin), "builtin")]
[JsonDerivedType(typeof(SchemaInfoEnum), "enum")]
[JsonDerivedType(typeof(SchemaInfoArray), "array")]
[JsonDerivedType(typeof(SchemaInfoObject), "object")]
[JsonDerivedType(typeof(SchemaInfoAlternate), "alternate")]
[JsonDerivedType(typeof(SchemaInfoCommand), "command")]
[JsonDerivedType(typeof(SchemaInfoEvent), "event")]
public record SchemaInfo : SchemaPart
{
    /// <summary>The unique name. The names of types are numbers, which differ between builds of QEMU. (QAPI: name)</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }
}

/// <summary>A type that JSON has. Integers of all sizes are one type. (QAPI: SchemaInfoBuiltin, since 2.5)</summary>
public sealed record SchemaInfoBuiltin : SchemaInfo
{
    /// <summary>
    /// <c>string</c>, <c>number</c>, <c>int</c>, <c>boolean</c>, <c>null</c>, <c>object</c>, <c>array</c>, or <c>value</c>, which means any of these.
    /// (QAPI: json-type)
    /// </summary>
    [JsonPropertyName("json-type")]
    public required string JsonType { get; init; }
}

/// <summary>A list. (QAPI: SchemaInfoArray, since 2.5)</summary>
public sealed record SchemaInfoArray : SchemaInfo
{
    /// <summary>The name of the elements' type. (QAPI: element-type)</summary>
    [JsonPropertyName("element-type")]
    public required string ElementType { get; init; }
}

/// <summary>A choice of several types, each with a different JSON type. (QAPI: SchemaInfoAlternate, since 2.5)</summary>
public sealed record SchemaInfoAlternate : SchemaInfo
{
    /// <summary>The types. (QAPI: members)</summary>
    [JsonPropertyName("members")]
    public required IReadOnlyList<SchemaInfoAlternateMember> Members { get; init; }
}

/// <summary>One type of an alternate. (QAPI: SchemaInfoAlternateMember, since 2.5)</summary>
public sealed record SchemaInfoAlternateMember : SchemaPart
{
    /// <summary>The type's name. (QAPI: type)</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }
}

/// <summary>A command. (QAPI: SchemaInfoCommand, since 2.5)</summary>
public sealed record SchemaInfoCommand : SchemaInfo
{
    /// <summary>The name of the arguments' type, an object type. (QAPI: arg-type)</summary>
    [JsonPropertyName("arg-type")]
    public required string ArgumentType { get; init; }

    /// <summary>The name of the type that the command returns. (QAPI: ret-type)</summary>
    [JsonPropertyName("ret-type")]
    public required string ReturnType { get; init; }

    /// <summary>Whether the command may be executed out of band. (QAPI: allow-oob, since 2.12)</summary>
    [JsonPropertyName("allow-oob")]
    public bool AllowOutOfBand { get; init; }
}

/// <summary>An event. (QAPI: SchemaInfoEvent, since 2.5)</summary>
public sealed record SchemaInfoEvent : SchemaInfo
{
    /// <summary>The name of the data's type, an object type. (QAPI: arg-type)</summary>
    [JsonPropertyName("arg-type")]
    public required string DataType { get; init; }
}
