using Gateway.Access;
using Gateway.Dashboard;
using Xunit;

namespace Gateway.Tests.Dashboard;

/// <summary>The page may load and contact what it needs, and nothing else.</summary>
public sealed class ContentPolicyTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/ui/vms/web.1")]
    public async Task The_page_has_a_strict_policy(string path)
    {
        using var dashboard = new FakeDashboard();
        await using var host = new GatewayHost { Dashboard = dashboard.Path };
        await host.StartAsync();
        var page = await host.GetAsync(path);
        Assert.Equal(
            [
                "base-uri 'none'", "connect-src 'self'", "default-src 'none'", "font-src 'self'", "form-action 'none'", "frame-ancestors 'none'", "img-src 'self'",
                "require-trusted-types-for 'script'", "script-src 'self'", "style-src 'self'", "trusted-types 'none'",
            ],
            page.Header("Content-Security-Policy")!.Split("; ").Order(StringComparer.Ordinal));
        Assert.Equal(("nosniff", "no-referrer", "DENY"), (page.Header("X-Content-Type-Options"), page.Header("Referrer-Policy"), page.Header("X-Frame-Options")));
    }

    [Theory]
    [InlineData("https://login.example.org", "dash", " https://login.example.org")]
    [InlineData("https://user@login.example.org:8443/realms/ops?a=b", "dash", " https://login.example.org:8443")]
    [InlineData("https://LOGIN.example.org:443/", "dash", " https://login.example.org")]
    [InlineData("https://bücher.example", "dash", " https://xn--bcher-kva.example")]
    [InlineData("http://127.0.0.1:9000", "dash", " http://127.0.0.1:9000")]
    [InlineData("http://[::1]:9000", "dash", " http://[::1]:9000")]
    [InlineData("https://login.example.org", null, "")]
    public void The_provider_may_be_contacted_if_the_dashboard_is_registered_there(string authority, string? clientId, string expected)
    {
        var policy = DashboardPolicy.Of(new SecurityOptions { Jwt = new JwtOptions { Authority = authority, ClientId = clientId } });
        Assert.Contains($"; connect-src 'self'{expected}; ", policy.Text, StringComparison.Ordinal);
    }
}
