using Gateway.EndToEnd.Dashboard.Support;
using Gateway.EndToEnd.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>
/// The pictures of the guide: each page in light, dark and narrow. <c>docs/images/make.sh</c> sets <c>DASHBOARD_IMAGES</c> to the directory where they
/// stay; otherwise they show that the script still works.
/// </summary>
[Collection(DashboardTests.Name)]
public sealed class ImageTests(Browser browser, DemoFleet fleet, KeyedGateway keyed) : IClassFixture<KeyedGateway>
{
    private const int LargestImage = 200_000;

    [Fact]
    public Task Virtual_machines() => PhotographAsync("vms", fleet.Gateway, "/", static page => page.Main.GetByText("Guest panicked").First.WaitForAsync());

    [Fact]
    public Task Virtual_machine() => PhotographAsync("vm", fleet.Gateway, $"/ui/vms/{DemoFleet.Story}", static page => page.Main.GetByText("I/O error").First.WaitForAsync());

    [Fact]
    public Task Events() => PhotographAsync("events", fleet.Gateway, "/ui/events", static async page =>
    {
        var panic = page.Main.Locator("[data-event]").Filter(new() { HasText = "GUEST_PANICKED" }).Last;
        await panic.ClickAsync();
        await page.Page.Mouse.MoveAsync(0, 0);
    });

    [Fact]
    public Task Commands() => PhotographAsync("commands", fleet.Gateway, $"/ui/vms/{DemoFleet.Real}/commands?command=human-monitor-command", static page =>
        page.Main.GetByText("command-line", new() { Exact = true }).First.WaitForAsync());

    [Fact]
    public Task Audit() => PhotographAsync("audit", fleet.Gateway, "/ui/audit", static page => page.Main.GetByText("Done").First.WaitForAsync());

    [Fact]
    public Task Sign_in() => PhotographAsync("sign-in", keyed.Gateway, "/", static page => page.Page.GetByLabel("API key").WaitForAsync());

    private Task PhotographAsync(string name, RealGateway gateway, string path, Func<DashboardPage, Task> ready) => browser.ShowAsync(
        gateway,
        path,
        async page =>
        {
            page.Expect("401");
            await ready(page);
            await page.SettledAsync();
            await ShootAsync(page, $"{name}-light");
            await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await ShootAsync(page, $"{name}-dark");
            await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await page.Page.SetViewportSizeAsync(Visitor.Narrow, 844);
            await ShootAsync(page, $"{name}-narrow");
        },
        new() { Width = 1280, Height = 860 });

    private static async Task ShootAsync(DashboardPage page, string name)
    {
        var image = await page.Page.ScreenshotAsync(new() { Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
        Assert.InRange(image.Length, 5_000, LargestImage);
        if (Environment.GetEnvironmentVariable("DASHBOARD_IMAGES") is { Length: > 0 } directory)
        {
            await File.WriteAllBytesAsync(Path.Combine(directory, $"{name}.png"), image, TestContext.Current.CancellationToken);
        }
    }
}
