using Gateway.EndToEnd.Dashboard.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>Many VMs are selected and acted on, by keyboard alone.</summary>
[Collection(DashboardTests.Name)]
public sealed class BulkActionTests(Browser browser, OpenGateway open)
{
    [Fact]
    public async Task The_dialog_names_the_VMs_and_shows_what_became_of_each()
    {
        await using var done = await FakeVm.StartAsync(open.Gateway, "bulk-1");
        await using var refused = await FakeVm.StartAsync(open.Gateway, "bulk-2");
        await using var other = await FakeVm.StartAsync(open.Gateway, "bulk-3");
        refused.Qemu.Refused["system_reset"] = "not this one";
        await browser.ShowAsync(open.Gateway, "/?q=bulk-", async page =>
        {
            await page.Row(refused.Id).WaitForAsync();
            await page.PressAsync("j", "x", "j", "x");
            await Assertions.Expect(page.Main).ToContainTextAsync("2 selected");
            await page.Button("Reset…").FocusAsync();
            await page.PressAsync("Enter");

            await Assertions.Expect(page.Dialog.GetByRole(AriaRole.Listitem)).ToHaveTextAsync([done.Id, refused.Id]);
            await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Reset 2 VMs", Exact = true }).FocusAsync();
            await page.PressAsync("Enter");
            await Assertions.Expect(page.Dialog.GetByRole(AriaRole.Listitem).Nth(0)).ToContainTextAsync($"{refused.Id} refused: QEMU says “not this one”");
            await Assertions.Expect(page.Dialog.GetByRole(AriaRole.Listitem).Nth(1)).ToContainTextAsync($"{done.Id} reset");

            await page.PressAsync("Escape");
            await Assertions.Expect(page.Dialog).ToHaveCountAsync(0);
            await Assertions.Expect(page.Button("Reset…")).ToBeFocusedAsync();
        });
    }
}
