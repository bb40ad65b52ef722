using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>HEAD answers what GET answers, without the content.</summary>
public sealed class HeadTests
{
    [Theory]
    [InlineData("/vms")]
    [InlineData("/vms/web1")]
    [InlineData("/vms/web1/status")]
    [InlineData("/vms/web1/actions")]
    [InlineData("/events")]
    [InlineData("/health/ready")]
    [InlineData("/version")]
    [InlineData("/vms/nope/status")]
    [InlineData("/vms?nope=1")]
    public async Task What_GET_answers_HEAD_answers_without_the_content(string path)
    {
        await using var host = new GatewayHost("web1") { ListensForReal = true };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var whole = await host.GetAsync(path);
        var head = await host.SendAsync("HEAD", path);
        Assert.Equal((whole.Status, whole.ContentType, ""), (head.Status, head.ContentType, head.Text));
        Assert.Equal(whole.Header("ETag"), head.Header("ETag"));
    }

    [Theory]
    [InlineData("/vms")]
    [InlineData("/vms/web1/status")]
    [InlineData("/events")]
    [InlineData("/version")]
    [InlineData("/metrics")]
    [InlineData("/swagger/index.html")]
    [InlineData("/vms/nope/status")]
    public async Task HEAD_over_HTTP_2_ends_without_a_protocol_error(string path)
    {
        await using var host = new GatewayHost("web1") { ListensForReal = true }.Set("Kestrel:EndpointDefaults:Protocols", "Http2");
        await host.StartAsync();
        host.Client.DefaultRequestVersion = System.Net.HttpVersion.Version20;
        var (whole, head) = (await SendAsync("GET"), await SendAsync("HEAD"));
        Assert.Equal((whole.Status, whole.ContentType, ""), (head.Status, head.ContentType, head.Text));

        async Task<Answer> SendAsync(string method)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            return await host.SendAsync(request);
        }
    }

    [Fact]
    public async Task HEAD_of_a_stream_ends()
    {
        await using var host = new GatewayHost { ListensForReal = true };
        await host.StartAsync();
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        using var socket = new TcpClient();
        await socket.ConnectAsync(host.Client.BaseAddress!.Host, host.Client.BaseAddress.Port, limit.Token);
        await using var stream = socket.GetStream();
        // The second request of a connection is answered once the first is done with.
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                "HEAD /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\nGET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            limit.Token);
        using var reader = new StreamReader(stream);
        var answers = await reader.ReadToEndAsync(limit.Token);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answers, StringComparison.Ordinal);
        Assert.Contains("X-Cursor: 0\r\n", answers, StringComparison.Ordinal);
        Assert.Contains("\"contract\":\"1\"", answers, StringComparison.Ordinal);
    }
}
