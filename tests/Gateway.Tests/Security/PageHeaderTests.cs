using Xunit;

namespace Gateway.Tests.Security;

/// <summary>Browsers are told to take nothing of an answer but what it is, and a page nothing but its own.</summary>
public sealed class PageHeaderTests
{
    [Fact]
    public async Task Pages_have_a_content_security_policy_and_all_answers_their_type()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var page = await host.GetAsync("/swagger/index.html");
        Assert.Contains("default-src 'none'", page.Header("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", page.Header("Content-Security-Policy"));
        Assert.DoesNotContain("script-src 'self' 'unsafe", page.Header("Content-Security-Policy"));
        Assert.Equal("DENY", page.Header("X-Frame-Options"));
        foreach (var path in (string[])["/swagger/index.html", "/vms", "/nowhere", "/health/live"])
        {
            var answer = await host.GetAsync(path);
            Assert.Equal(("nosniff", "no-referrer"), (answer.Header("X-Content-Type-Options"), answer.Header("Referrer-Policy")));
        }

        Assert.Null((await host.GetAsync("/vms")).Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task No_cache_keeps_an_answer()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        foreach (var path in (string[])["/vms", "/vms/web1", "/status", "/events", "/metrics", "/me", "/version", "/health/ready", "/openapi/gateway.v1.json"])
        {
            Assert.Equal((path, "no-store"), (path, (await host.GetAsync(path)).Header("Cache-Control")));
        }

        Assert.Contains("no-store", (await host.GetAsync("/nowhere")).Header("Cache-Control"));
        Assert.Contains("no-store", (await host.PostAsync("/stop")).Header("Cache-Control"));
    }
}
