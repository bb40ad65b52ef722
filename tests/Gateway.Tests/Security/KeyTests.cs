using System.Text;
using Gateway.Tests.NativeQmp;
using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Who a caller is, said by a key.</summary>
public sealed class KeyTests
{
    [Fact]
    public async Task Without_a_credential_nothing_but_health_and_the_dashboard_is_answered()
    {
        await using var host = new GatewayHost("web1").WithKey("root", "admin");
        await host.StartAsync();
        foreach (var path in (string[])["/vms", "/nowhere", "/healthy", "/uis", "/swagger/index.html", "/openapi/gateway.v1.json", "/version", "/metrics", "/events", "/status"])
        {
            var answer = await host.GetAsync(path);
            answer.Problem("unauthenticated", path);
            Assert.Equal("Bearer", answer.Header("WWW-Authenticate"));
        }

        (await host.PostAsync("/hubs/events/negotiate")).Problem("unauthenticated", "/hubs/events/negotiate");
        Assert.Equal(200, (await host.GetAsync("/health/live")).Status);
        Assert.Equal(200, (await host.GetAsync("/health/ready")).Status);
        (await host.GetAsync("/health/nothing")).Problem("not-found", "/health/nothing");
        (await host.PostAsync("/health/live")).Problem("method-not-allowed", "/health/live");
        (await host.GetAsync("/ui/assets/nothing.js")).Problem("not-found", "/ui/assets/nothing.js");
        (await host.PostAsync("/")).Problem("method-not-allowed", "/");
    }

    [Theory]
    [InlineData("Bearer nobody's")]
    [InlineData("Bearer")]
    [InlineData("Bearer key-of-roo")]
    [InlineData("Bearer key-of-root ")]
    [InlineData("Digest key-of-root")]
    [InlineData("key-of-root")]
    [InlineData("Basic bm9ib2R5")]
    [InlineData("Basic !")]
    [InlineData("Bearer sha256:salt:0")]
    public async Task What_is_no_key_is_refused(string header)
    {
        await using var host = new GatewayHost("web1").WithKey("root", "admin");
        await host.StartAsync();
        var answer = await host.GetAsync("/vms", ("Authorization", header));
        // HTTP trims a value's ends.
        Assert.Equal(header == "Bearer key-of-root " ? 200 : 401, answer.Status);
    }

    [Fact]
    public async Task A_browser_is_asked_for_the_key_and_sends_it_as_a_password()
    {
        await using var host = new GatewayHost("web1").WithKey("root", "admin");
        await host.StartAsync();
        Assert.Contains("Basic", (await host.GetAsync("/swagger/index.html", ("Accept", "text/html"))).Header("WWW-Authenticate"));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{Keys.Of("root")}"));
        Assert.Equal(200, (await host.GetAsync("/swagger/index.html", ("Authorization", $"Basic {basic}"))).Status);
    }

    [Fact]
    public async Task A_key_in_the_query_is_taken_on_the_hub_and_for_native_QMP_and_nowhere_else()
    {
        await using var host = new GatewayHost("web1").WithKey("root", "admin").WithKey("looks", "viewer");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        Assert.Equal(200, (await host.PostAsync($"/hubs/events/negotiate?negotiateVersion=1&access_token={Keys.Of("root")}")).Status);
        Assert.Equal(401, (await host.GetAsync($"/vms?access_token={Keys.Of("root")}")).Status);
        foreach (var path in (string[])["/vms/web1/qmp", "/qmp", "/vms/web1/qmp/"])
        {
            await using var client = await NativeClient.OverWebSocketAsync(host, $"{path}?access_token={Keys.Of("root")}");
            Assert.StartsWith("{\"QMP\"", await client.NextAsync());
        }

        Assert.Equal(401, (await host.GetAsync($"/vms/web1/qmp?access_token={Keys.Of("root")}")).Status);
        Assert.Equal(401, (await host.PostAsync($"/vms/web1/qmp?access_token={Keys.Of("root")}", """{"execute":"stop"}""")).Status);
        Assert.Equal("403", await RefusalAsync($"/vms/web1/qmp?access_token={Keys.Of("looks")}"));
        Assert.Equal("401", await RefusalAsync("/vms/web1/qmp?access_token=nobody's"));
        Assert.Equal("401", await RefusalAsync($"/vms/web1/status?access_token={Keys.Of("root")}"));
        Assert.Equal("401", await RefusalAsync($"/events?access_token={Keys.Of("root")}"));

        // The test server's client has the status in its message.
        async Task<string> RefusalAsync(string path) =>
            (await Assert.ThrowsAsync<InvalidOperationException>(() => NativeClient.OverWebSocketAsync(host, path))).Message.Split(": ")[^1];
    }
}
