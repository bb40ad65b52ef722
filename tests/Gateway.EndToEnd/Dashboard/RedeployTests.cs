using Gateway.EndToEnd.Dashboard.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>The gateway comes back with another page.</summary>
[Collection(DashboardTests.Name)]
public sealed class RedeployTests(Browser browser, OpenGateway open)
{
    private const string CountDocuments = """sessionStorage.setItem("test.documents", Number(sessionStorage.getItem("test.documents") ?? 0) + 1);""";

    [Fact]
    public Task It_loads_itself_once_and_only_when_the_page_is_another() => browser.ShowAsync(
        open.Gateway,
        "/ui/events",
        async page =>
        {
            page.Expect("net::ERR_");
            await page.SettledAsync();
            await page.Page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
            await ReconnectAsync(page);
            await page.Page.WaitForTimeoutAsync(500);
            Assert.Equal(1, await DocumentsAsync(page));

            var tag = "\"another\"";
            await page.Page.RouteAsync("**/", route => route.Request.Method == "HEAD" ? route.FulfillAsync(new() { Headers = [new("ETag", tag)] }) : route.ContinueAsync());
            await ReconnectAsync(page);
            await page.UntilAsync<bool>("""() => sessionStorage.getItem("test.documents") === "2" """);
            await page.SettledAsync();
            Assert.EndsWith("/ui/events", page.Page.Url);

            // A page that would be another at every look does not load for ever.
            tag = "\"yet-another\"";
            await ReconnectAsync(page);
            await page.Page.WaitForTimeoutAsync(500);
            Assert.Equal(2, await DocumentsAsync(page));
        },
        new() { Script = CountDocuments });

    private static async Task ReconnectAsync(DashboardPage page)
    {
        var banner = page.Main.GetByRole(AriaRole.Status).Filter(new() { HasText = "The gateway cannot be reached" });
        await page.Page.Context.SetOfflineAsync(true);
        await banner.WaitForAsync();
        await page.Page.Context.SetOfflineAsync(false);
        await banner.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    private static Task<int> DocumentsAsync(DashboardPage page) => page.Page.EvaluateAsync<int>("""() => Number(sessionStorage.getItem("test.documents"))""");
}
