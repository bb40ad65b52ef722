using System.Text.Json;
using TestSupport.Qemu;

namespace Gateway.EndToEnd.Support;

/// <summary>What the gateway shows of a VM's connection.</summary>
public static class Connections
{
    /// <summary>The VM as the list shows it, without waiting for it.</summary>
    public static async Task<JsonElement> VmAsync(this RealGateway gateway, string vm) => (await gateway.GetAsync($"/vms/{vm}")).Json();

    /// <summary>Waits until the connection is in a state.</summary>
    public static Task WaitForConnectionAsync(this RealGateway gateway, string vm, string state) => Poll.UntilAsync(
        async () => (await gateway.VmAsync(vm)).GetProperty("connection").GetProperty("state").GetString()!, state);
}
