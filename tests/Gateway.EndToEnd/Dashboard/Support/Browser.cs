using Gateway.EndToEnd.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>One Chromium for all tests of the dashboard, which run one after the other.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? playwright;
    private IBrowser? chromium;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        // Debian's Chromium. Its sandbox needs namespaces that containers do not give.
        chromium = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = SwaggerTests.Chromium(), ChromiumSandbox = false, Args = Arguments });
        Assertions.SetDefaultExpectTimeout((float)DashboardPage.Patience.TotalMilliseconds);
    }

    /// <summary>
    /// Opens a page of the gateway as somebody who was never there before, runs a test on it and closes it. Fails on any error in the page's console, on
    /// an exception that the page did not catch, on a violation of the content security policy and on a request to another origin.
    /// </summary>
    public async Task ShowAsync(RealGateway gateway, string path, Func<DashboardPage, Task> test, Visitor? visitor = null)
    {
        visitor ??= new Visitor();
        await using var context = await chromium!.NewContextAsync(new()
        {
            ViewportSize = new() { Width = visitor.Width, Height = visitor.Height },
            ColorScheme = visitor.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
            TimezoneId = "Europe/Berlin",
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout((float)DashboardPage.Patience.TotalMilliseconds);
        var page = await DashboardPage.NewAsync(context, gateway, visitor);
        try
        {
            await page.GoAsync(path);
            await test(page);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{await page.DescribeAsync()}", failure);
        }

        page.AssertQuiet();
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null)
        {
            await chromium.DisposeAsync();
        }

        playwright?.Dispose();
    }
}
