using System.Text.Json.Serialization;

namespace QmpGateway.Qmp.Schema;

/// <summary>
/// One entity of a QEMU's own description: a type, a command or an event. One of a meta-type that is not known here is of this class itself.
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
    /// <summary>Unique in the description. Types have numbers for names, and another one in another build of QEMU. (QAPI: name)</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }
}

/// <summary>A type that is JSON's own. Integers of all sizes are one and the same type here. (QAPI: SchemaInfoBuiltin, since 2.5)</summary>
public sealed record SchemaInfoBuiltin : SchemaInfo
{
    /// <summary>
    /// <c>string</c>, <c>number</c>, <c>int</c>, <c>boolean</c>, <c>null</c>, <c>object</c>, <c>array</c>, or <c>value</c>, which is any of them.
    /// (QAPI: json-type)
    /// </summary>
    [JsonPropertyName("json-type")]
    public required string JsonType { get; init; }
}

/// <summary>A list. (QAPI: SchemaInfoArray, since 2.5)</summary>
public sealed record SchemaInfoArray : SchemaInfo
{
    /// <summary>The name of its elements' type. (QAPI: element-type)</summary>
    [JsonPropertyName("element-type")]
    public required string ElementType { get; init; }
}

/// <summary>One of several types, no two of which share a JSON type. (QAPI: SchemaInfoAlternate, since 2.5)</summary>
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
    /// <summary>The name of the object type of its arguments. (QAPI: arg-type)</summary>
    [JsonPropertyName("arg-type")]
    public required string ArgumentType { get; init; }

    /// <summary>The name of the type that it returns. (QAPI: ret-type)</summary>
    [JsonPropertyName("ret-type")]
    public required string ReturnType { get; init; }

    /// <summary>Whether it may be executed out of band. (QAPI: allow-oob, since 2.12)</summary>
    [JsonPropertyName("allow-oob")]
    public bool AllowOutOfBand { get; init; }
}

/// <summary>An event. (QAPI: SchemaInfoEvent, since 2.5)</summary>
public sealed record SchemaInfoEvent : SchemaInfo
{
    /// <summary>The name of the object type of its data. (QAPI: arg-type)</summary>
    [JsonPropertyName("arg-type")]
    public required string DataType { get; init; }
}
