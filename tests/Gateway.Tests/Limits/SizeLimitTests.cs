using System.Net.Sockets;
using System.Text;
using Gateway.Configuration;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>What is as large as a setting says is taken, and a byte more is not.</summary>
public sealed class SizeLimitTests
{
    [Theory]
    [InlineData("BodyBytes", "PUT", "/vms/web1/actions", 2048)]
    [InlineData("BodyBytes", "PUT", "/vms/web1/watchdog", 2048)]
    [InlineData("QmpBodyBytes", "POST", "/vms/web1/qmp", 2_000_000)]
    public async Task A_body_may_be_so_large(string setting, string method, string path, int most)
    {
        await using var host = await StartAsync(setting, most);
        host.Fake("web1").Return("query-name", "{}");
        foreach (var chunked in (bool[])[false, true])
        {
            // The server counts what chunks have around them too.
            Assert.InRange((await SendAsync(chunked ? most - 500 : most, chunked)).Status, 200, 204);
            var sent = host.Fake("web1").Sent.Count;
            (await SendAsync(most + 1, chunked)).Problem("payload-too-large", path, ("vm", "web1"));
            Assert.Equal(sent, host.Fake("web1").Sent.Count);
        }

        async Task<Answer> SendAsync(int length, bool chunked)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path)
            {
                Content = new StringContent((path.EndsWith("qmp") ? """{"execute":"query-name"}""" : path.EndsWith("watchdog") ? """{"action":"reset"}""" : """{"panic":"none"}""").PadRight(length), Encoding.UTF8, "application/json"),
            };
            request.Headers.TransferEncodingChunked = chunked;
            return await host.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_definition_may_be_64_KiB_long()
    {
        await using var host = new GatewayHost { ListensForReal = true };
        await host.StartAsync();
        var body = """{"endpoint":"unix:/fake/web2"}""";
        (await host.PutAsync("/vms/web2", body.PadRight(64 * 1024))).Ok(201);
        (await host.PutAsync("/vms/web3", body.PadRight((64 * 1024) + 1))).Problem("payload-too-large", "/vms/web3", ("vm", "web3"));
        Assert.False(host.Vms.TryGet("web3", out _));
    }

    [Fact]
    public void A_definition_of_the_configuration_may_be_64_KiB_long()
    {
        Assert.Empty(Faults(60 * 1024));
        Assert.Contains("Gateway:Vms:web1 must be at most 65536 bytes", Faults(65 * 1024));

        static string Faults(int length)
        {
            try
            {
                ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["Gateway:Vms:web1:Endpoint"] = "unix:/x",
                    ["Gateway:Vms:web1:Labels:long"] = new string('x', length),
                }).Build());
                return "";
            }
            catch (ConfigurationException wrong)
            {
                return wrong.Message;
            }
        }
    }

    [Fact]
    public async Task Headers_may_be_so_large()
    {
        await using var host = await StartAsync("HeaderBytes", 2048);
        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(host, 2048), StringComparison.Ordinal);
        var refusal = await AskAsync(host, 2049);
        Assert.StartsWith("HTTP/1.1 431 ", refusal, StringComparison.Ordinal);
        // The server's own: there is no request yet that a problem could be about.
        Assert.Contains("Content-Length: 0\r\n", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QEMUs_messages_may_be_so_large()
    {
        await using var host = await StartAsync("ReplyBytes", 8192);
        var qemu = host.Fake("web1");
        await Answers(8192);
        (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-name"}""")).Ok();
        await Answers(8193);
        var problem = (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-name"}""")).Problem(
            "outcome-unknown", "/vms/web1/qmp", ("vm", "web1"), ("command", "query-name"));
        Assert.Contains("a message is larger than 8192 bytes", problem.Text("detail"), StringComparison.Ordinal);
        var gone = await host.EventAsync("web1", "VM_DISCONNECTED");
        Assert.Contains("8192", gone.GetProperty("data").Text("reason"), StringComparison.Ordinal);
        await host.EventAsync("web1", "VM_CONNECTED", gone.Id());

        Task Answers(int length)
        {
            qemu.On("query-name", command =>
            {
                var (head, tail) = ("{\"return\": {\"x\": \"", $"\"}}, \"id\": \"{command.Id}\"}}");
                return qemu.SendAsync($"{head}{new string('x', length - head.Length - tail.Length)}{tail}");
            });
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_hubs_client_may_say_so_much()
    {
        await using var host = await StartAsync("HubMessageBytes", 4096, forReal: false);
        await using var client = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets);
        await client.SubscribeAsync(new { events = new[] { new string('X', 3900) } });
        var closed = new TaskCompletionSource();
        client.Connection.Closed += _ =>
        {
            closed.SetResult();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAnyAsync<Exception>(() => client.SubscribeAsync(new { events = new[] { new string('X', 4100) } }));
        await closed.Task.WaitAsync(TestSignal.Patience, TestContext.Current.CancellationToken);
        await using var next = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets);
        await next.SubscribeAsync(null);
    }

    private static async Task<GatewayHost> StartAsync(string setting, int value, bool forReal = true)
    {
        var host = new GatewayHost("web1") { ListensForReal = forReal };
        host.Set($"Gateway:Limits:{setting}", $"{value}");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        return host;
    }

    /// <summary>Asks with a header of so many bytes, line ends and all others included.</summary>
    private static async Task<string> AskAsync(GatewayHost host, int bytes)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port);
        var rest = "Host: localhost\r\nConnection: close\r\nX: \r\n";
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: {new string('x', bytes - rest.Length)}\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
