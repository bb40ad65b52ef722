using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>A QAPI struct or union. What a newer QEMU adds to it is kept and written back.</summary>
public abstract record QapiObject
{
    /// <summary>The members this type has no property for, by QAPI name; null when there is none.</summary>
    // Not init: generated serializers cannot set extension data that way.
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? OtherMembers { get; set; }
}
