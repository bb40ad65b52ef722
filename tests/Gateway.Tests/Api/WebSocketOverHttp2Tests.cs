using System.Net;
using System.Net.WebSockets;
using System.Text;
using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>A browser with an HTTP/2 connection opens WebSockets over it (RFC 8441).</summary>
public sealed class WebSocketOverHttp2Tests
{
    [Theory]
    [InlineData("/vms/web1/qmp")]
    [InlineData("/qmp")]
    [InlineData("/hubs/events")]
    public async Task A_WebSocket_opens(string path)
    {
        await using var host = await StartedAsync();
        using var socket = await ConnectAsync(host, $"{path}?access_token={Keys.Of("root")}");
        if (path.EndsWith("qmp", StringComparison.Ordinal))
        {
            var buffer = new byte[1024];
            var greeting = await socket.ReceiveAsync(buffer, CancellationToken.None);
            Assert.StartsWith("{\"QMP\"", Encoding.UTF8.GetString(buffer, 0, greeting.Count));
        }

        // To open it changes nothing.
        Assert.Equal("""{"items":[]}""", await host.Client.GetStringAsync("/audit"));
    }

    [Theory]
    [InlineData("/vms/web1/qmp", "looks", 403)]
    [InlineData("/vms/db1/qmp", "looks", 404)]
    [InlineData("/vms/web1/qmp", "nobody", 401)]
    [InlineData("/vms/web1/stop", "root", 401)]
    [InlineData("/vms/web1/status", "root", 401)]
    public async Task Access_is_the_same_as_over_HTTP_1(string path, string key, int status)
    {
        await using var host = await StartedAsync();
        using var socket = new ClientWebSocket();
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync(host, $"{path}?access_token={Keys.Of(key)}", socket));
        Assert.Equal(status, (int)socket.HttpStatusCode);
        Assert.DoesNotContain("stop", host.Fake("web1").Sent);
    }

    private static async Task<GatewayHost> StartedAsync()
    {
        var host = new GatewayHost("web1") { ListensForReal = true }.WithKey("root", "admin").WithKey("looks", "viewer", "web*")
            .Set("Kestrel:EndpointDefaults:Protocols", "Http2");
        await host.StartAsync();
        host.Client.DefaultRequestVersion = HttpVersion.Version20;
        host.Client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        host.Client.DefaultRequestHeaders.Add(Keys.As("root").Name, Keys.As("root").Value);
        await host.ConnectedAsync("web1");
        return host;
    }

    private static async Task<ClientWebSocket> ConnectAsync(GatewayHost host, string path, ClientWebSocket? socket = null)
    {
        socket ??= new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.CollectHttpResponseDetails = true;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler(), disposeHandler: false);
        await socket.ConnectAsync(new UriBuilder(new Uri(host.Client.BaseAddress!, path)) { Scheme = "ws" }.Uri, invoker, CancellationToken.None);
        return socket;
    }
}
