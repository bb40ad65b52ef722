using System.Text.Json;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>The result of a wait for a status. Exactly one member is set.</summary>
/// <param name="Status">The status that was reached; null if the run ended.</param>
/// <param name="Ended">The end of the run; null if a status was reached.</param>
public sealed record ReachedStatus(VmStatus? Status, VmEnded? Ended)
{
    internal static ReachedStatus From(JsonElement json) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty("ended", out var ended)
        ? new ReachedStatus(null, ended.Deserialize(GatewayJson.Default.VmEnded))
        : new ReachedStatus(json.Deserialize(GatewayJson.Default.VmStatus), null);
}
