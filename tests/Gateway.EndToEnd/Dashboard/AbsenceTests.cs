using System.Diagnostics;
using Gateway.EndToEnd.Dashboard.Support;
using Gateway.EndToEnd.Support;
using Microsoft.Playwright;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>The gateway, or the network to it, goes away and comes back while somebody looks at the dashboard.</summary>
[Collection(DashboardTests.Name)]
public sealed class AbsenceTests(Browser browser, OpenGateway open, ITestOutputHelper output)
{
    private static readonly TimeSpan SoonRightAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(4);

    [Fact]
    public Task Nothing_is_missing_or_twice_after_the_gateway_was_killed_and_started_again() => GoAwayAsync(
        static async (gateway, _) => await gateway.KillAsync(),
        static async (gateway, _) => await gateway.RestartAsync());

    [Fact]
    public Task Nothing_is_missing_or_twice_after_the_computer_slept() => GoAwayAsync(
        static (_, pages) => Task.WhenAll(pages.Select(static page => page.Page.Context.SetOfflineAsync(true))),
        static (_, pages) => Task.WhenAll(pages.Select(static page => page.Page.Context.SetOfflineAsync(false))));

    [Fact]
    public async Task A_range_that_is_no_longer_kept_is_named_and_the_page_goes_on()
    {
        const string Expired = """{"type":"urn:qmp-gateway:cursor-expired","title":"Cursor expired","status":410,"detail":"Events after 1 are gone.","oldest":"2"}""";
        await using var vm = await FakeVm.StartAsync(open.Gateway, "gap");
        await browser.ShowAsync(open.Gateway, "/ui/events", async page =>
        {
            page.Expect("net::ERR_", "410");
            await page.SettledAsync();
            await page.Page.Context.SetOfflineAsync(true);
            var answers = 0;
            await page.Page.RouteAsync("**/events?*", route => route.Request.Headers["accept"] == "text/event-stream" && answers++ == 0
                ? route.FulfillAsync(new() { Status = 410, ContentType = "application/problem+json", Body = Expired })
                : route.ContinueAsync());
            await page.Page.Context.SetOfflineAsync(false);

            await Assertions.Expect(page.Main).ToContainTextAsync("the gateway no longer keeps");
            await vm.Qemu.TellAsync("RTC_CHANGE", """{"offset": 1, "qom-path": "/machine"}""");
            await Assertions.Expect(page.Main.Locator("[data-event]").First).ToContainTextAsync("RTC_CHANGE");
        });
    }

    private async Task GoAwayAsync(Func<RealGateway, DashboardPage[], Task> goAwayAsync, Func<RealGateway, DashboardPage[], Task> comeBackAsync)
    {
        await using var gateway = await RealGateway.StartAsync();
        await using var vm = await WatchedVm.StartAsync(gateway, new() { Guest = Guests.Idle });
        await browser.ShowAsync(gateway, "/", async list =>
            await browser.ShowAsync(
                gateway,
                $"/ui/events?vm={vm.Id}",
                async events =>
                {
                    DashboardPage[] pages = [list, events];
                    Array.ForEach(pages, static page => page.Expect("net::ERR_"));
                    await using var toggled = new ToggledQemu(vm.Qemu);
                    await list.Row(vm.Id).WaitForAsync();
                    await events.Main.Locator("[data-event]").First.WaitForAsync();
                    await events.Page.GetByText("Live, as of").WaitForAsync();
                    await gateway.EventAsync(vm.Id, "RESUME");

                    await goAwayAsync(gateway, pages);
                    try
                    {
                        foreach (var page in pages)
                        {
                            await Assertions.Expect(Banner(page)).ToContainTextAsync("The data is");
                        }

                        await Task.Delay(Away);
                    }
                    finally
                    {
                        await comeBackAsync(gateway, pages);
                    }

                    var back = Stopwatch.GetTimestamp();
                    foreach (var page in pages)
                    {
                        await Banner(page).WaitForAsync(new() { State = WaitForSelectorState.Hidden });
                    }

                    var took = Stopwatch.GetElapsedTime(back);
                    output.WriteLine($"right again {took.TotalMilliseconds:0} ms after it listened");
                    Assert.InRange(took, TimeSpan.Zero, SoonRightAgain);
                    await toggled.StopAsync();
                    await gateway.GetAsync($"/vms/{vm.Id}/status?until=running");
                    await list.Row(vm.Id).GetByText("Running", new() { Exact = true }).WaitForAsync();
                    output.WriteLine($"{await ShownEvents.AssertWholeAsync(events, gateway, vm.Id)} events, each once");
                },
                ShownEvents.Tall));
    }

    private static ILocator Banner(DashboardPage page) => page.Main.GetByRole(AriaRole.Status).Filter(new() { HasText = "The gateway cannot be reached" });
}
