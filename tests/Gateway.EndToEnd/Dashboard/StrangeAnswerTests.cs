using Gateway.EndToEnd.Dashboard.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>What the gateway answers is not what the page expects: it says so in words, and is never blank.</summary>
[Collection(DashboardTests.Name)]
public sealed class StrangeAnswerTests(Browser browser, OpenGateway open)
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Failure = $$"""{"type":"urn:qmp-gateway:internal-error","title":"Internal error","status":500,"detail":"The journal is on fire.","traceId":"{{Trace}}"}""";

    [Theory]
    [InlineData("/vms", "/")]
    [InlineData("/vms", "/ui/vms/web1")]
    [InlineData("/me", "/")]
    [InlineData("/events", "/ui/events")]
    [InlineData("/audit", "/ui/audit")]
    public Task A_failure_is_shown_with_its_words_and_its_trace(string path, string page) => ShowAsync(page, path, 500, Failure, "application/problem+json", async shown =>
    {
        await Assertions.Expect(shown.Page.Locator("body")).ToContainTextAsync("The journal is on fire.");
        await Assertions.Expect(shown.Page.Locator("body")).ToContainTextAsync(Trace);
    });

    [Theory]
    [InlineData("/vms", "/", "{}")]
    [InlineData("/vms", "/", "<html>A proxy's page</html>")]
    [InlineData("/me", "/", "{}")]
    [InlineData("/me", "/", "<html>A proxy's page</html>")]
    [InlineData("/events", "/ui/events", "{}")]
    [InlineData("/audit", "/ui/audit", "[1]")]
    public Task An_answer_that_is_not_what_the_document_says_is_shown_as_a_failure(string path, string page, string body) => ShowAsync(page, path, 200, body, "application/json", async shown =>
        await shown.Page.Locator(".failure, .banner").First.WaitForAsync());

    [Fact]
    public async Task A_clock_that_is_wrong_by_a_day_changes_no_age()
    {
        await using var vm = await FakeVm.StartAsync(open.Gateway, "clock");
        foreach (var wrong in (TimeSpan[])[TimeSpan.FromDays(1), TimeSpan.FromDays(-1)])
        {
            await vm.Qemu.TellAsync("RTC_CHANGE", """{"offset": 1, "qom-path": "/machine"}""");
            await browser.ShowAsync(
                open.Gateway,
                "/",
                async page =>
                {
                    await Assertions.Expect(page.Row(vm.Id)).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"RTC_CHANGE (now|\d+ s ago)"));
                    var strip = await page.Row(vm.Id).GetByRole(AriaRole.Img).GetAttributeAsync("aria-label");
                    Assert.Matches("^(Unreachable for [^,]*, then )?Running for [1-9]* ?(s|min)", strip);
                    await page.GoAsync($"/ui/vms/{vm.Id}");
                    await page.Main.GetByText("Running", new() { Exact = true }).First.WaitForAsync();
                    Assert.DoesNotMatch(@"\b([12] d|2[34] h) (ago|old)|\bfor ([12] d|2[34] h)\b", await page.Main.InnerTextAsync());
                },
                new() { ClockAhead = wrong });
        }
    }

    private Task ShowAsync(string address, string path, int status, string body, string type, Func<DashboardPage, Task> test) =>
        browser.ShowAsync(open.Gateway, "/ui/nothing", async page =>
        {
            page.Expect($"{status}");
            await page.AnswerAsync(path, status, body, type);
            await page.GoAsync(address);
            await test(page);
        });
}
