using System.Text.Json;

namespace Gateway.Tests.Vms;

/// <summary>The changes of a VM's status, and what they say led there.</summary>
internal static class StatusChanges
{
    public static string Cause(JsonElement change) => change.GetProperty("data").GetProperty("cause").GetRawText();

    public static Task<JsonElement> ChangeToAsync(GatewayHost host, string state, JsonElement? after = null) => host.EventAsync(
        "web1", "VM_STATUS_CHANGED", after is { } entry ? entry.Id() : 0,
        change => change.GetProperty("data").GetProperty("status").GetProperty("status").GetString() == state);
}
