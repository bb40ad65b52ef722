using System.Text.Json.Serialization;

namespace QmpGateway.Qmp.Schema;

/// <summary>A part of a schema that can have features: an entity, a member, or a value of an enum.</summary>
public abstract record SchemaPart
{
    /// <summary>The names of its features. (QAPI: features, since 4.1 on objects, 4.2 on commands, 5.0 on all)</summary>
    [JsonPropertyName("features")]
    public IReadOnlyList<string> Features { get => field ?? []; init; }

    /// <summary>Whether it will be removed. (QAPI: the feature deprecated)</summary>
    [JsonIgnore]
    public bool Deprecated => Features.Contains("deprecated");

    /// <summary>Whether it may change or be removed without notice. (QAPI: the feature unstable, since 6.2)</summary>
    [JsonIgnore]
    public bool Unstable => Features.Contains("unstable");
}
