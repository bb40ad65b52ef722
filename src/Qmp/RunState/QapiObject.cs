using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>A QAPI struct or union. Members that a newer QEMU adds are kept and written back.</summary>
public abstract record QapiObject
{
    /// <summary>The members that have no property in this type, by QAPI name; null if there are none.</summary>
    // The property is not init-only, because generated serializers could not set it then.
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? OtherMembers { get; set; }
}
