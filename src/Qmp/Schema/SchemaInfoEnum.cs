using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp.Schema;

/// <summary>An enum: a fixed set of strings. (QAPI: SchemaInfoEnum, since 2.5)</summary>
[SuppressMessage("Naming", "CA1711", Justification = "Enum is what QAPI calls it.")]
public sealed record SchemaInfoEnum : SchemaInfo
{
    /// <summary>The values with their features. QEMU before 6.2 lists only names, so the features are empty then. (QAPI: members, since 6.2)</summary>
    [JsonPropertyName("members")]
    public IReadOnlyList<SchemaInfoEnumMember> Members
    {
        get => field ?? [.. Values.Select(static value => new SchemaInfoEnumMember { Name = value })];
        init;
    }

    /// <summary>Only the names of the values. All current versions of QEMU send them. (QAPI: values, deprecated since 6.2)</summary>
    [JsonPropertyName("values")]
    public IReadOnlyList<string> Values { get => field ?? []; init; }
}

/// <summary>A value of an enum. (QAPI: SchemaInfoEnumMember, since 6.2)</summary>
public sealed record SchemaInfoEnumMember : SchemaPart
{
    /// <summary>The value. (QAPI: name)</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }
}
