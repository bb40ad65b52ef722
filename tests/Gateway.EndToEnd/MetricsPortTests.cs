using System.Net;
using System.Net.Sockets;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>A scraper without a key has a port of its own, on which there is nothing else.</summary>
public sealed class MetricsPortTests
{
    [Fact]
    public async Task Metrics_alone_are_there_for_everybody()
    {
        var port = FreePort();
        await using var gateway = await RealGateway.StartAsync(
            $"--Gateway:Metrics:Urls=http://127.0.0.1:{port}", $"--Gateway:Security:ApiKeys:ops:Hash=sha256:salt:{new string('0', 64)}");
        using var scraper = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Contains("qmp_gateway_vms{", await scraper.GetStringAsync("/metrics"));
        foreach (var path in (string[])["/vms", "/", "/health/live", "/swagger/index.html", "/metrics/x"])
        {
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await scraper.GetAsync(path)).StatusCode));
        }

        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Host = "rebound.example" } };
        Assert.Equal(HttpStatusCode.BadRequest, (await scraper.SendAsync(rebound)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Http.GetAsync("/metrics")).StatusCode);
    }

    [Theory]
    [InlineData("http://0.0.0.0:9464")]
    [InlineData("http://example.org:9464")]
    [InlineData("nonsense")]
    public async Task It_is_of_the_loopback_or_there_is_no_start(string url) =>
        Assert.Contains("Gateway:Metrics:Urls", (await Assert.ThrowsAsync<GatewayExitedException>(() => RealGateway.StartAsync($"--Gateway:Metrics:Urls={url}"))).Message);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
