using Gateway.EndToEnd.Dashboard.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>Each role sees what it may do and nothing else.</summary>
[Collection(DashboardTests.Name)]
public sealed class RoleTests(Browser browser, KeyedGateway keyed) : IClassFixture<KeyedGateway>
{
    [Fact]
    public Task A_viewer_sees_every_VM_and_no_button_that_changes_one() => ShowAsync(KeyedGateway.Viewer, "/", async page =>
    {
        await AssertPagesAsync(page, "VMs", "Events");
        await AssertVmsAsync(page, "db-01", "web-01", "web-02");
        await Assertions.Expect(page.Button("Add a VM")).ToHaveCountAsync(0);

        await page.GoAsync("/ui/vms/web-01");
        await page.Main.GetByText("Running", new() { Exact = true }).First.WaitForAsync();
        await Assertions.Expect(Lifecycle(page)).ToHaveCountAsync(0);
    });

    [Fact]
    public Task An_operator_of_some_VMs_sees_those_and_their_buttons() => ShowAsync(KeyedGateway.Operator, "/", async page =>
    {
        await AssertPagesAsync(page, "VMs", "Events");
        await AssertVmsAsync(page, "web-01", "web-02");
        await Assertions.Expect(page.Button("Add a VM")).ToHaveCountAsync(0);

        await page.GoAsync("/ui/vms/web-01");
        await Assertions.Expect(Lifecycle(page).First).ToBeVisibleAsync();
    });

    [Fact]
    public Task An_admin_sees_everything() => ShowAsync(KeyedGateway.Admin, "/", async page =>
    {
        await AssertPagesAsync(page, "VMs", "Events", "Commands", "Audit");
        await AssertVmsAsync(page, "db-01", "web-01", "web-02");
        await Assertions.Expect(page.Button("Add a VM")).ToBeVisibleAsync();
    });

    [Fact]
    public Task A_key_without_grants_sees_no_VM_and_whom_to_ask() => ShowAsync(KeyedGateway.Nobody, "/", async page =>
    {
        page.Expect("403");
        await Assertions.Expect(page.Main).ToContainTextAsync("Ask whoever runs this gateway");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(0);
        await Assertions.Expect(Lifecycle(page)).ToHaveCountAsync(0);
    });

    [Theory]
    [InlineData("/ui/commands")]
    [InlineData("/ui/audit")]
    public Task A_page_that_a_role_may_not_see_says_so_in_words(string address) => ShowAsync(KeyedGateway.Viewer, address, async page =>
    {
        page.Expect("403");
        await page.SettledAsync();
        await Assertions.Expect(page.Main).ToContainTextAsync("admin");
    });

    [Fact]
    public Task A_wrong_key_is_refused_in_words_and_the_right_one_leads_in() => browser.ShowAsync(keyed.Gateway, "/ui/events", async page =>
    {
        page.Expect("401");
        var key = page.Page.GetByLabel("API key");
        await key.FillAsync("a key that nobody has");
        await page.PressAsync("Enter");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not know this key");

        await key.FillAsync(KeyedGateway.Viewer);
        await page.PressAsync("Enter");
        // The address that was asked for.
        await page.Page.GetByRole(AriaRole.Heading, new() { Name = "Events" }).WaitForAsync();
        Assert.EndsWith("/ui/events", page.Page.Url);

        await page.Button("Sign out").ClickAsync();
        await key.WaitForAsync();
        Assert.Null(await page.Page.EvaluateAsync<string?>("""() => sessionStorage.getItem("qmp-gateway.key")"""));
    });

    [Fact]
    public Task A_key_that_is_taken_away_leads_back_to_the_sign_in_with_a_sentence_why() => browser.ShowAsync(keyed.Gateway, "/", async page =>
    {
        const string Guest = "key-of-a-guest-0123456789abcdef0";
        page.Expect("401", "net::ERR_");
        await keyed.WriteKeyAsync(Guest);
        await page.Page.GetByLabel("API key").FillAsync(Guest);
        // Until the gateway has read its file.
        await page.Page.GetByLabel("API key").PressAsync("Enter");
        while (!await page.Row("web-01").IsVisibleAsync())
        {
            await page.Page.Keyboard.PressAsync("Enter");
            await page.Page.WaitForTimeoutAsync(100);
        }

        await keyed.WriteKeyAsync(null);

        await Assertions.Expect(page.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("no longer works");
        await page.Page.GetByLabel("API key").WaitForAsync();
    });

    // With a key from the start: the sign-in itself is another test's.
    private Task ShowAsync(string key, string path, Func<DashboardPage, Task> test) => browser.ShowAsync(keyed.Gateway, path, test, new() { Key = key });

    private static async Task AssertPagesAsync(DashboardPage page, params string[] names)
    {
        var links = page.Page.GetByRole(AriaRole.Navigation).Locator("a[aria-current], a[href^='/ui/'], a[href='/']");
        await Assertions.Expect(links).ToContainTextAsync(names);
        await Assertions.Expect(links).ToHaveCountAsync(names.Length);
    }

    private static async Task AssertVmsAsync(DashboardPage page, params string[] vms) =>
        await Assertions.Expect(page.Main.Locator("table tbody td.name a")).ToHaveTextAsync(vms);

    private static ILocator Lifecycle(DashboardPage page) =>
        page.Main.GetByRole(AriaRole.Button, new() { NameRegex = new("^(Pause|Continue|Reset|Power down|Quit|Wake up|Inject NMI)\\b") });
}
