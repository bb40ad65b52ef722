using System.Net;
using Xunit;

namespace Gateway.Tests.Dashboard;

/// <summary>A gateway that was built without a dashboard has Swagger UI.</summary>
public sealed class WithoutDashboardTests
{
    [Fact]
    public async Task The_first_page_is_Swagger_UI()
    {
        await using var host = await GatewayHost.ConnectedAsync();
        using var client = host.Server.CreateClient();
        using var answer = await client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Redirect, "/swagger"), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }

    [Theory]
    [InlineData("/ui")]
    [InlineData("/ui/vms/web1")]
    [InlineData("/ui/assets/index.js")]
    public async Task Its_addresses_are_unknown_routes(string path)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        (await host.GetAsync(path)).Problem("not-found", path);
    }

    [Fact]
    public async Task The_version_does_not_name_it()
    {
        await using var host = await GatewayHost.ConnectedAsync();
        Assert.DoesNotContain("dashboard", (await host.GetAsync("/version")).Text, StringComparison.Ordinal);
    }
}
