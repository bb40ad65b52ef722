using System.Globalization;
using Gateway.EndToEnd.Dashboard.Support;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Dashboard;

/// <summary>A guest panics while somebody looks at the dashboard.</summary>
[Collection(DashboardTests.Name)]
public sealed class PanicTests(Browser browser, OpenGateway open, ITestOutputHelper output)
{
    // What the page shows is compared with the time at which the gateway received the event, by the same clock. After the frame in which
    // the words came, the next task runs once the frame has been painted.
    private const string Watch = """
        () => {
          window.sameDocument = true;
          const look = () => {
            if (window.paintedAt === undefined && document.querySelector("main").innerText.includes("Guest panicked")) {
              window.paintedAt = 0;
              requestAnimationFrame(() => setTimeout(() => { window.paintedAt = Date.now(); }));
            }
          };
          new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
        }
        """;

    [Fact]
    public async Task The_list_and_the_VMs_page_show_it_within_a_second_without_a_reload()
    {
        await using var vm = await WatchedVm.StartAsync(open.Gateway, new()
        {
            Guest = Guests.Panics,
            Paused = true,
            Arguments = ["-device", "pvpanic", "-action", "panic=pause"],
        });
        await browser.ShowAsync(open.Gateway, "/", async list =>
            await browser.ShowAsync(open.Gateway, $"/ui/vms/{vm.Id}", async page =>
            {
                await list.Row(vm.Id).GetByText("Not started").WaitForAsync();
                await page.Main.GetByText("Not started").First.WaitForAsync();
                await list.Page.EvaluateAsync(Watch);
                await page.Page.EvaluateAsync(Watch);

                await vm.ContinueAsync();

                var panicked = await vm.EventAsync("GUEST_PANICKED");
                var received = DateTimeOffset.Parse(panicked.GetProperty("receivedAt").GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
                foreach (var (name, shown) in new[] { ("the list", list), ("the VM's page", page) })
                {
                    var took = await shown.UntilAsync<double>("() => window.paintedAt") - received;
                    output.WriteLine($"{name} showed the panic {took} ms after the gateway received it");
                    Assert.InRange(took, 0, 1000);
                    Assert.True(await shown.Page.EvaluateAsync<bool>("() => window.sameDocument"));
                }

                await list.Row(vm.Id).GetByText("Guest panicked").WaitForAsync();
            }));
    }
}
