using Gateway.EndToEnd.Dashboard.Support;
using Gateway.EndToEnd.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>What comes from QEMU, a guest or a label is shown as text, whatever it holds, and what the page does not know is named as QEMU names it.</summary>
[Collection(DashboardTests.Name)]
public sealed class HostileTextTests(Browser browser, OpenGateway open)
{
    private const string Html = """<img src=x onerror=window.hacked=1><script>window.hacked=1</script>""";
    private const string HtmlAsJson = """<img src=x onerror=window.hacked=1><script>window.hacked=1<\/script>""";

    [Fact]
    public async Task Html_in_labels_and_events_is_text_on_every_page()
    {
        await using var vm = await FakeVm.StartAsync(open.Gateway, "hostile", $$"""{"note":"{{HtmlAsJson}}"}""");
        vm.Qemu.Refused["system_reset"] = HtmlAsJson;
        await vm.Qemu.TellAsync("GUEST_PANICKED", $$$"""{"action": "{{{HtmlAsJson}}}", "info": {"type": "{{{HtmlAsJson}}}", "text": "{{{HtmlAsJson}}}"}}""");
        await vm.Qemu.TellAsync("<b>NEW</b>", $$"""{"{{HtmlAsJson}}": "{{HtmlAsJson}}"}""");
        await open.Gateway.EventAsync(vm.Id, "%3Cb%3ENEW%3C/b%3E");
        await browser.ShowAsync(open.Gateway, "/", async page =>
        {
            page.Expect($"/vms/{vm.Id}/reset");
            await Assertions.Expect(page.Row(vm.Id)).ToContainTextAsync($"note={Html}");
            await Assertions.Expect(page.Row(vm.Id)).ToContainTextAsync("<b>NEW</b>");
            await AssertHarmlessAsync(page);

            await page.GoAsync($"/ui/vms/{vm.Id}");
            await Assertions.Expect(page.Main).ToContainTextAsync($"note={Html}");
            await page.Main.Locator("summary").Filter(new() { HasText = "More" }).ClickAsync();
            await page.Main.GetByRole(AriaRole.Button, new() { NameRegex = new("^Reset ") }).ClickAsync();
            await page.Dialog.GetByRole(AriaRole.Button, new() { Name = $"Reset {vm.Id}", Exact = true }).ClickAsync();
            await Assertions.Expect(page.Main).ToContainTextAsync($"QEMU says: {Html}");
            await AssertHarmlessAsync(page);

            await page.GoAsync($"/ui/events?vm={vm.Id}");
            await Assertions.Expect(page.Main).ToContainTextAsync("<b>NEW</b>");
            foreach (var name in (string[])["GUEST_PANICKED", "<b>NEW</b>"])
            {
                await page.Main.Locator("[data-event]").Filter(new() { HasText = name }).First.ClickAsync();
            }

            await Assertions.Expect(page.Main).ToContainTextAsync("onerror");
            await AssertHarmlessAsync(page);
        });
    }

    [Fact]
    public async Task A_run_state_of_a_future_QEMU_is_named_as_QEMU_names_it()
    {
        await using var vm = await FakeVm.StartAsync(open.Gateway, "future", "{}");
        await browser.ShowAsync(open.Gateway, "/", async page =>
        {
            await Assertions.Expect(page.Row(vm.Id)).ToContainTextAsync("Running");
            await vm.Qemu.ChangeAsync("snapshotting-2", "STOP");
            await Assertions.Expect(page.Row(vm.Id)).ToContainTextAsync("snapshotting-2");
            await page.GoAsync($"/ui/vms/{vm.Id}");
            await Assertions.Expect(page.Main).ToContainTextAsync("This page does not know this state of a newer QEMU");
        });
    }

    private static async Task AssertHarmlessAsync(DashboardPage page) => Assert.Equal(
        "0 images, not hacked",
        await page.Page.EvaluateAsync<string>("""() => `${document.querySelectorAll("main img, main script, main b b").length} images, ${window.hacked === undefined ? "not " : ""}hacked`"""));
}
