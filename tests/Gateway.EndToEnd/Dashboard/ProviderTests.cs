using System.Text.RegularExpressions;
using Gateway.EndToEnd.Dashboard.Support;
using Gateway.EndToEnd.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>Sign-in by OpenID Connect: authorization code with PKCE, at a provider on another origin.</summary>
[Collection(DashboardTests.Name)]
public sealed class ProviderTests(Browser browser)
{
    [Fact]
    public async Task A_user_signs_in_with_the_provider_comes_back_to_the_page_and_signs_out()
    {
        await using var provider = await NodeScript.StartAsync("provider.mjs", new { users = new { olga = new { groups = new[] { "ops" } } } });
        var authority = (await provider.LineAsync("authority")).GetString()!;
        await using var gateway = await RealGateway.StartAsync(
            $"--Gateway:Security:Jwt:Authority={authority}", "--Gateway:Security:Jwt:Audience=qmp-gateway", "--Gateway:Security:Jwt:RequireHttpsMetadata=false",
            "--Gateway:Security:Jwt:ClientId=dashboard", "--Gateway:Security:Jwt:Grants:0:Claim=groups", "--Gateway:Security:Jwt:Grants:0:Value=ops",
            "--Gateway:Security:Jwt:Grants:0:Role=viewer", "--Gateway:Security:Jwt:Grants:0:Vms:0=*");
        await browser.ShowAsync(gateway, "/ui/events?alarms=1", async page =>
        {
            // The provider's page, its tokens and its icon; and the gateway, before there is a token.
            page.Expect($"another origin: {authority}/", "401", $"({authority}/");
            await page.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Sign in with ") }).ClickAsync();
            await page.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in as olga", Exact = true }).ClickAsync();

            await page.Page.GetByRole(AriaRole.Heading, new() { Name = "Events", Exact = true }).WaitForAsync();
            await Assertions.Expect(page.Page).ToHaveURLAsync(new Regex("/ui/events\\?alarms=1$"));
            await Assertions.Expect(page.Page.GetByRole(AriaRole.Navigation)).ToContainTextAsync("olga");
            await Assertions.Expect(page.Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Audit" })).ToHaveCountAsync(0);

            await page.Button("Sign out").ClickAsync();
            await page.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Sign in with ") }).WaitForAsync();
        });
    }
}
