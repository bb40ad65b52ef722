using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Gateway.Sockets;
using Gateway.Tests.NativeQmp;
using Gateway.Tests.Observability;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>Connections beyond the limit are closed at once, and those of all sockets count together. Alone, since metrics are those of all gateways of a process.</summary>
[Collection(nameof(MetricsTests))]
public sealed class ConnectionLimitTests
{
    [Fact]
    public async Task A_connection_beyond_the_limit_is_closed_at_once()
    {
        using var temporary = new TempDirectory();
        await using var host = new GatewayHost("a") { ListensForReal = true };
        host.Set("Gateway:Limits:Connections", "4").Set("Gateway:Vms:a:Monitor", $"unix:{temporary.File("a.qmp")}");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        // The host's own client is the first.
        Assert.Equal(200, (await host.GetAsync("/health/live")).Status);
        await using var monitor = await NativeClient.OverSocketAsync(temporary.File("a.qmp"));
        await monitor.NextAsync();
        var clients = new List<Socket>();
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await ConnectAsync(host));
        }

        Assert.Equal(0, await clients[2].ReceiveAsync(new byte[1]));
        await using var refused = await NativeClient.OverSocketAsync(temporary.File("a.qmp"));
        Assert.Null(await refused.NextAsync());
        Assert.False(clients[0].Poll(0, SelectMode.SelectRead));
        Assert.Contains(host.LogLines, static line => line.Contains("Gateway:Limits:Connections is 4", StringComparison.Ordinal));
        var metrics = (await host.GetAsync("/metrics")).Text;
        Assert.Matches("qmp_gateway_limit_refusals_total{[^}]*limit=\"connections\"[^}]*} 2\n", metrics);
        Assert.Equal($"{host.Services.GetRequiredService<ConnectionPlaces>().Taken}", Regex.Match(metrics, "qmp_gateway_limit_used{[^}]*limit=\"connections\"[^}]*} (.*)\n").Groups[1].Value);

        // One goes, and the next is served.
        clients[0].Dispose();
        await host.EventuallyAsync(() => host.Services.GetRequiredService<ConnectionPlaces>().Taken < 4, "a free place");
        await using var next = await NativeClient.OverSocketAsync(temporary.File("a.qmp"));
        Assert.Contains("QMP", await next.NextAsync());
        clients.ForEach(static client => client.Dispose());
    }

    private static async Task<Socket> ConnectAsync(GatewayHost host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, host.Client.BaseAddress!.Port);
        return socket;
    }
}
