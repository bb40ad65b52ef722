using System.Net.Sockets;
using System.Text;
using Gateway.EndToEnd.Support;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace Gateway.EndToEnd.Readers;

/// <summary>What clients do wrong is told to them; the log is for what its reader can do something about.</summary>
public sealed class NoisyClientTests
{
    [Fact]
    public async Task A_client_of_the_hub_cannot_fill_the_log()
    {
        await using var gateway = await RealGateway.StartAsync();
        var before = gateway.Log.Length;
        await using (var connection = new HubConnectionBuilder().WithUrl(new Uri(gateway.Address, "/hubs/events")).Build())
        {
            await connection.StartAsync(TestContext.Current.CancellationToken);
            foreach (var filter in (object?[])[new { vm = "x" }, new { after = "99" }, 5, "x", new { events = 1 }])
            {
                await Assert.ThrowsAsync<HubException>(() => connection.InvokeAsync("Subscribe", filter, TestContext.Current.CancellationToken));
                await Assert.ThrowsAsync<HubException>(async () => await connection.StreamAsync<object>("Stream", filter, TestContext.Current.CancellationToken)
                    .GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync());
            }

            await Assert.ThrowsAsync<HubException>(() => connection.InvokeAsync("Nothing", TestContext.Current.CancellationToken));
            await Assert.ThrowsAsync<HubException>(() => connection.InvokeAsync("Subscribe", 1, 2, TestContext.Current.CancellationToken));
        }

        foreach (var frame in (byte[][])
        [
            Text("{}"), Text("garbage\u001e"), Text("""{"protocol":"xml","version":1}""" + '\u001e'), Text("""{"protocol":"json","version":1}""" + "\u001egarbage\u001e"),
            Text("""{"protocol":"json","version":1}""" + '\u001e' + """{"type":1,"target":"Subscribe","arguments":5}""" + '\u001e'),
            [0xFF, 0xFF, 0xFF], [0x81, 0x05],
        ])
        {
            await SayAsync(gateway, frame);
        }

        await gateway.GetAsync("/vms");
        Assert.Equal(0, await gateway.TerminateAsync());
        Assert.DoesNotContain("fail:", gateway.Log[before..], StringComparison.Ordinal);
        Assert.DoesNotContain("warn:", gateway.Log[before..], StringComparison.Ordinal);
    }

    private static byte[] Text(string text) => Wire.Frame(0x1, Encoding.UTF8.GetBytes(text));

    /// <summary>Says something over a WebSocket, and hangs up at once or when the gateway has.</summary>
    private static async Task SayAsync(RealGateway gateway, byte[] bytes)
    {
        foreach (var polite in (bool[])[true, false])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Wire.Request(Via.JsonStream, "", "")), TestContext.Current.CancellationToken);
            var buffer = new byte[4096];
            Assert.NotEqual(0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
            await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
            if (polite)
            {
                client.Client.Shutdown(SocketShutdown.Send);
                await Record.ExceptionAsync(() => stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
            }
            else
            {
                client.LingerState = new LingerOption(true, 0);
            }
        }
    }
}
