using Deque.AxeCore.Playwright;
using Gateway.EndToEnd.Dashboard.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>Every page can be read by everybody: axe finds nothing, and a telephone shows it without sideways scrolling.</summary>
[Collection(DashboardTests.Name)]
public sealed class AccessibilityTests(Browser browser, DemoFleet fleet)
{
    public static TheoryData<string> PageNames => [.. Pages.All.Keys];

    [Theory]
    [MemberData(nameof(PageNames))]
    public Task Axe_finds_no_violation_in_light_and_dark_and_a_telephone_scrolls_one_way(string name) => browser.ShowAsync(fleet.Gateway, Pages.All[name], async page =>
    {
        await AssertAxeAsync(page);
        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await AssertAxeAsync(page);
        await page.Page.SetViewportSizeAsync(Visitor.Narrow, 844);
        await AssertAxeAsync(page);
        Assert.Equal("", await page.Page.EvaluateAsync<string>("""
            () => document.documentElement.scrollWidth <= innerWidth ? "" : [...document.querySelectorAll("body *")]
              .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => `${one.localName}.${one.className}`).join(" ")
            """));
    });

    [Fact]
    public Task Axe_finds_no_violation_in_dialogs_and_what_unfolds() => browser.ShowAsync(fleet.Gateway, "/", async page =>
    {
        await page.Button("Add a VM").ClickAsync();
        await page.Dialog.WaitForAsync();
        await AssertAxeAsync(page);
        await page.PressAsync("Escape", "?");
        await page.Dialog.WaitForAsync();
        await AssertAxeAsync(page);
    });

    private static async Task AssertAxeAsync(DashboardPage page)
    {
        await page.SettledAsync();
        var found = await page.Page.RunAxe();
        Assert.Empty(found.Violations.SelectMany(static rule => rule.Nodes.Select(node => $"{rule.Id}: {rule.Help}: {node.Html} {string.Join(' ', node.Any.Select(static check => check.Message))}")));
    }
}
