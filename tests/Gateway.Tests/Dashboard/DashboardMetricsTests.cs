using Gateway.Tests.Observability;
using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.Dashboard;

/// <summary>The dashboard's pages and files are not requests of the API. Alone, since other tests' gateways would be counted too.</summary>
[Collection(nameof(MetricsTests))]
public sealed class DashboardMetricsTests
{
    [Fact]
    public async Task Pages_and_files_are_not_measured_as_requests_of_the_API()
    {
        using var dashboard = new FakeDashboard();
        await using var host = new GatewayHost("web1") { Dashboard = dashboard.Path, ListensForReal = true }.WithKey("root", "admin");
        await host.StartAsync();
        await host.GetAsync("/");
        await host.GetAsync("/ui/assets/index-Ab12_-xy.js");
        await host.GetAsync("/version", Keys.As("root"));
        var metrics = (await host.GetAsync("/metrics", Keys.As("root"))).Text;
        Assert.Contains("http_route=\"version\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("http_route=\"ui", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("http_route=\"\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("http_route=\"/", metrics, StringComparison.Ordinal);
    }
}
