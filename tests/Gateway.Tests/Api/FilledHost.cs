using System.Text.Json;
using Gateway.Journal;
using QmpGateway.Qmp;

namespace Gateway.Tests.Api;

/// <summary>A gateway whose journal holds events <c>E0</c> to <c>E4</c> of five VMs in turn.</summary>
internal static class FilledHost
{
    public static async Task<GatewayHost> OfAsync(int count)
    {
        var host = new GatewayHost();
        await host.StartAsync();
        string[] vms = ["a", "b-1", "b-2", "c", "d"];
        for (var i = 0; i < count; i++)
        {
            Append(host, vms[i % 5], $"E{i % 5}", i);
        }

        await host.EventuallyAsync(() => host.Journal.Head == count, "the head");
        return host;
    }

    public static void Append(GatewayHost host, string vm, string name, int n) => host.Journal.Append(new NewEvent(vm, name, EventOrigin.Qemu, new JsonText(JsonSerializer.SerializeToUtf8Bytes(
        new { n, big = ulong.MaxValue, deep = new { text = n % 2 == 0 ? "even" : "odd" }, flag = true, nothing = (string?)null })), DateTimeOffset.UnixEpoch));
}
