using Xunit;

namespace Gateway.Tests.Security;

/// <summary>A page of another site reaches nothing, whatever its name resolves to.</summary>
public sealed class HostAndOriginTests
{
    private static readonly (string Method, string Path)[] Routes =
    [
        ("GET", "/vms"), ("GET", "/vms/web1/status"), ("POST", "/vms/web1/stop"), ("PUT", "/vms/web1/actions"), ("DELETE", "/vms/web1"), ("GET", "/events"),
        ("GET", "/health/live"), ("GET", "/openapi/gateway.v1.json"), ("GET", "/nowhere"), ("POST", "/hubs/events/negotiate"), ("GET", "/hubs/events"),
        ("OPTIONS", "/vms"),
    ];

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:8080")]
    [InlineData("LOCALHOST")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:9")]
    [InlineData("127.8.9.10")]
    [InlineData("[::1]:8080")]
    [InlineData("gw.example.org")]
    [InlineData("GW.example.org:8443")]
    public async Task A_loopback_name_or_a_configured_one_is_answered(string name)
    {
        await using var host = new GatewayHost().Set("Gateway:Security:AllowedHosts:0", "gw.example.org");
        await host.StartAsync();
        (await host.GetAsync("/vms", ("Host", name))).Ok();
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("gw.example.org.evil.example")]
    [InlineData("10.0.0.1")]
    [InlineData("[2001:db8::1]")]
    [InlineData("0.0.0.0")]
    public async Task Any_other_name_is_refused_on_every_route(string name)
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Security:AllowedHosts:0", "gw.example.org");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        foreach (var (method, path) in Routes)
        {
            var problem = (await host.SendAsync(method, path, method is "PUT" or "POST" ? "{}" : null, ("Host", name))).Json;
            Assert.Equal(("urn:qmp-gateway:invalid-request", 400), (problem.Text("type"), problem.GetProperty("status").GetInt32()));
            Assert.Contains(name.Trim('[', ']'), problem.Text("detail"));
        }

        Assert.Empty(host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://localhost:81")]
    [InlineData("https://localhost")]
    [InlineData("http://127.0.0.1")]
    [InlineData("null")]
    [InlineData("http://localhost, http://evil.example")]
    [InlineData("http://localhost.evil.example")]
    [InlineData("https://dash.example.org:8443")]
    [InlineData("http://dash.example.org")]
    public async Task A_foreign_page_is_refused_on_every_route(string origin)
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Security:AllowedOrigins:0", "https://dash.example.org");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        foreach (var (method, path) in Routes)
        {
            var answer = await host.SendAsync(method, path, method is "PUT" or "POST" ? "{}" : null, ("Origin", origin));
            var problem = answer.Problem("forbidden", path, answer.Json.TryGetProperty("vm", out _) ? [("vm", "web1")] : []);
            Assert.Contains("Gateway:Security:AllowedOrigins", problem.Text("detail"));
            Assert.Null(answer.Header("Access-Control-Allow-Origin"));
        }

        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task Two_origins_are_none()
    {
        await using var host = await GatewayHost.ConnectedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/vms");
        request.Headers.TryAddWithoutValidation("Origin", ["http://localhost", "http://localhost"]);
        (await host.SendAsync(request)).Problem("forbidden", "/vms");
    }

    [Theory]
    [InlineData("localhost", "http://localhost")]
    [InlineData("127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("[::1]:8080", "http://[::1]:8080")]
    public async Task The_gateways_own_pages_are_answered(string name, string origin)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        var answer = await host.GetAsync("/vms", ("Host", name), ("Origin", origin));
        answer.Ok();
        Assert.Null(answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal(200, (await host.PostAsync("/hubs/events/negotiate?negotiateVersion=1", "", ("Host", name), ("Origin", origin))).Status);
    }

    [Fact]
    public async Task A_configured_page_may_read_the_answers_problems_included()
    {
        const string origin = "https://dash.example.org";
        await using var host = new GatewayHost("web1").Set("Gateway:Security:AllowedOrigins:0", origin);
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        foreach (var path in (string[])["/vms", "/vms/web1", "/vms/nope", "/nowhere", "/events?after=99", "/hubs/events"])
        {
            var answer = await host.GetAsync(path, ("Origin", origin));
            Assert.Equal((origin, "true"), (answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Allow-Credentials")));
            Assert.Equal("ETag,Idempotency-Replayed,Location,Retry-After,X-Cursor", answer.Header("Access-Control-Expose-Headers"));
        }

        Assert.Equal(200, (await host.PostAsync("/hubs/events/negotiate?negotiateVersion=1", "", ("Origin", origin))).Status);
        var preflight = await host.SendAsync(
            "OPTIONS", "/vms/web1/actions", null, ("Origin", origin), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "content-type,if-match"));
        Assert.Equal((204, origin), (preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
        Assert.Equal("PUT", preflight.Header("Access-Control-Allow-Methods"));
        Assert.Equal("content-type,if-match", preflight.Header("Access-Control-Allow-Headers"));
    }

    [Fact]
    public async Task A_foreign_page_gets_no_WebSocket()
    {
        await using var host = await GatewayHost.ConnectedAsync();
        var sockets = host.Server.CreateWebSocketClient();
        sockets.ConfigureRequest = static request => request.Headers.Origin = "http://evil.example";
        await Assert.ThrowsAsync<InvalidOperationException>(() => sockets.ConnectAsync(new Uri("ws://localhost/hubs/events"), TestContext.Current.CancellationToken));
        sockets.ConfigureRequest = static request => request.Headers.Origin = "http://localhost";
        using var own = await sockets.ConnectAsync(new Uri("ws://localhost/hubs/events"), TestContext.Current.CancellationToken);
    }
}
