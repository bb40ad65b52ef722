using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>A page of another site reaches nothing from a real browser, even where its name was rebound to the gateway's address.</summary>
public sealed class CrossSiteTests
{
    [Fact]
    public async Task A_foreign_page_neither_reads_nor_changes_anything()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("web1", qemu.Endpoint));
        await gateway.EventAsync("web1", "VM_CONNECTED");
        var directory = Directory.CreateTempSubdirectory("chromium-");
        try
        {
            await using var browser = await NodeScript.StartAsync("crosssite.mjs", new
            {
                url = gateway.Address,
                executablePath = SwaggerTests.Chromium(),
                userData = Path.Combine(directory.FullName, "profile"),
            });
            await browser.LineAsync("done");

            // Sent, since no browser asks first, and refused: the page sees neither.
            Assert.Equal("opaque", (await browser.LineAsync("simple")).GetString());
            Assert.Equal("refused", (await browser.LineAsync("read")).GetString());
            Assert.Equal("refused", (await browser.LineAsync("json")).GetString());
            Assert.Equal("refused", (await browser.LineAsync("socket")).GetString());
            Assert.Equal("400", (await browser.LineAsync("rebound")).GetString());
            Assert.DoesNotContain("web1", (await browser.LineAsync("reboundBody")).GetString()!);
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        Assert.Equal("running", (await gateway.GetAsync("/vms/web1/status")).Json().GetProperty("status").GetString());
        Assert.DoesNotContain("STOP", string.Join(' ', qemu.Side.Events));
        // Refused before anybody asked who they are, and so kept apart from what known callers did.
        Assert.Contains("\"outcome\":\"forbidden\"", await File.ReadAllTextAsync(Path.Combine(gateway.DataDirectory, "unauthenticated.jsonl")));
    }
}
