using Gateway.EndToEnd.Dashboard.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>Everything works by keyboard alone.</summary>
[Collection(DashboardTests.Name)]
public sealed class KeyboardTests(Browser browser, DemoFleet fleet)
{
    // All that can be used in sight. Of a group of radio buttons, Tab reaches one and the arrows the others.
    private const string Mark = """
        () => {
          const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
            .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0 && !(one.type === "radio" && !one.checked) && one.closest("[inert]") === null);
          all.forEach((one) => { one.dataset.unreached = ""; });
          document.addEventListener("focusin", (event) => { delete event.target.dataset.unreached; });
          document.activeElement?.blur();
          return all.length;
        }
        """;

    public static TheoryData<string> PageNames => [.. Pages.All.Keys];

    [Theory]
    [MemberData(nameof(PageNames))]
    public Task Tab_reaches_every_control(string name) => browser.ShowAsync(fleet.Gateway, Pages.All[name], async page =>
    {
        await page.SettledAsync();
        var count = await page.Page.EvaluateAsync<int>(Mark);
        for (var i = 0; i < count + 20; i++)
        {
            await page.PressAsync("Tab");
        }

        Assert.Empty(await page.Page.EvaluateAsync<string[]>("""
            () => [...document.querySelectorAll("[data-unreached]")].map((one) => one.outerHTML.slice(0, 200))
            """));
    });

    [Fact]
    public Task The_list_is_walked_selected_and_opened() => browser.ShowAsync(fleet.Gateway, "/", async page =>
    {
        await page.SettledAsync();
        var rows = page.Main.Locator("table tbody tr");
        var first = await rows.Nth(0).GetByRole(AriaRole.Link).First.InnerTextAsync();
        var second = await rows.Nth(1).GetByRole(AriaRole.Link).First.InnerTextAsync();

        await page.PressAsync("j", "x", "j", "x");
        await Assertions.Expect(page.Main.Locator("tr[aria-selected=true]")).ToHaveCountAsync(2);
        await page.PressAsync("k", "x");
        await Assertions.Expect(page.Row(second)).ToHaveAttributeAsync("aria-selected", "true");
        await Assertions.Expect(page.Row(first)).ToHaveAttributeAsync("aria-selected", "false");
        await page.PressAsync("Escape");
        await Assertions.Expect(page.Main.Locator("tr[aria-selected=true]")).ToHaveCountAsync(0);

        await page.PressAsync("o");
        await Assertions.Expect(page.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"/ui/vms/{first}$"));
        await page.Page.GoBackAsync();
        await page.Row(first).WaitForAsync();
    });

    [Fact]
    public Task Search_pages_and_keys_are_a_key_away() => browser.ShowAsync(fleet.Gateway, "/", async page =>
    {
        await page.SettledAsync();
        await page.PressAsync("/");
        await page.Page.Keyboard.TypeAsync("win-");
        await Assertions.Expect(page.Main.Locator("table tbody tr")).ToHaveCountAsync(3);
        Assert.EndsWith("?q=win-", page.Page.Url);
        await page.PressAsync("Escape");
        foreach (var (key, address) in new[] { ("e", "/ui/events"), ("c", "/ui/commands"), ("a", "/ui/audit"), ("v", "/") })
        {
            await page.PressAsync("g", key);
            await Assertions.Expect(page.Page).ToHaveURLAsync(new Uri(fleet.Gateway.Address, address).ToString());
        }
    });

    [Theory]
    [InlineData("Keys")]
    [InlineData("Add a VM")]
    public Task A_dialog_keeps_the_focus_and_gives_it_back(string opener) => browser.ShowAsync(fleet.Gateway, "/", async page =>
    {
        await page.SettledAsync();
        await page.Button(opener).FocusAsync();
        await page.PressAsync("Enter");
        await page.Dialog.WaitForAsync();
        for (var i = 0; i < 12; i++)
        {
            await page.PressAsync("Tab");
            // Between the last control and the first, the focus may be at the browser's own.
            Assert.True(await page.Page.EvaluateAsync<bool>("""() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null"""));
        }

        await page.PressAsync("Escape");
        await Assertions.Expect(page.Dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.Button(opener)).ToBeFocusedAsync();
    });
}
