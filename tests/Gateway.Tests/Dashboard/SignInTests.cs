using System.Text.Json;
using Gateway.Access;
using Gateway.Settings;
using Gateway.Tests.Security;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Dashboard;

/// <summary>The page learns without a credential how people can sign in.</summary>
public sealed class SignInTests
{
    [Fact]
    public async Task Nothing_is_offered_where_nothing_is_needed() =>
        Assert.Equal("""{"keys":false,"openIdConnect":null}""", await OfferedAsync(new GatewayHost()));

    [Fact]
    public async Task Keys_are_offered_if_there_are_any() =>
        Assert.Equal("""{"keys":true,"openIdConnect":null}""", await OfferedAsync(new GatewayHost().WithKey("root", "admin")));

    [Fact]
    public async Task A_provider_without_a_client_id_is_for_programs() =>
        Assert.Equal("""{"keys":false,"openIdConnect":null}""", await OfferedAsync(WithProvider()));

    [Theory]
    [InlineData(null, "openid")]
    [InlineData("openid groups", "openid groups")]
    public async Task A_provider_is_offered_once_the_dashboard_is_registered_there(string? scope, string expected)
    {
        var host = WithProvider().WithKey("root", "admin").Set("Gateway:Security:Jwt:ClientId", "dash");
        if (scope is not null)
        {
            host.Set("Gateway:Security:Jwt:Scope", scope);
        }

        Assert.Equal($$$"""{"keys":true,"openIdConnect":{"authority":"https://login.example.org/realms/ops","clientId":"dash","scope":"{{{expected}}}"}}""", await OfferedAsync(host));
    }

    [Fact]
    public async Task A_change_of_the_settings_shows_at_once()
    {
        using var dashboard = new FakeDashboard();
        await using var host = new GatewayHost { Dashboard = dashboard.Path };
        await host.StartAsync();
        var before = await host.GetAsync("/");
        host.Services.GetRequiredService<Current<SecurityOptions>>().Value = new SecurityOptions { Jwt = new JwtOptions { Authority = "https://login.example.org", ClientId = "dash" } };
        Assert.Equal("dash", (await host.GetAsync("/ui/sign-in.json")).Ok().GetProperty("openIdConnect").GetProperty("clientId").GetString());

        // Whoever has the page must not keep it under the policy of before.
        var after = await host.GetAsync("/", ("If-None-Match", before.Header("ETag")!));
        Assert.Equal(200, after.Status);
        Assert.Contains("connect-src 'self' https://login.example.org;", after.Header("Content-Security-Policy"));
    }

    private static GatewayHost WithProvider() => new GatewayHost()
        .Set("Gateway:Security:Jwt:Authority", "https://login.example.org/realms/ops").Set("Gateway:Security:Jwt:Audience", "qmp-gateway");

    private static async Task<string> OfferedAsync(GatewayHost host)
    {
        await using var started = host;
        await host.StartAsync();
        var answer = await host.GetAsync("/ui/sign-in.json");
        Assert.Equal((200, "no-cache"), (answer.Status, answer.Header("Cache-Control")));
        return JsonSerializer.Serialize(answer.Ok());
    }
}
