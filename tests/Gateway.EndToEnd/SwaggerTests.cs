using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>Swagger UI works in a browser: it describes the routes and the commands of a VM, and calls them.</summary>
public sealed class SwaggerTests(SharedGateway shared)
{
    [Fact]
    public async Task A_person_asks_for_the_status_and_executes_a_command_in_a_browser()
    {
        await using var vm = await WatchedVm.StartAsync(shared.Gateway, new() { Guest = Guests.Idle });
        var directory = Directory.CreateTempSubdirectory("chromium-");
        try
        {
            await using var browser = await NodeScript.StartAsync("swagger.mjs", new
            {
                url = new Uri(shared.Gateway.Address, "/swagger"),
                vm = vm.Id,
                executablePath = Chromium(),
                userData = Path.Combine(directory.FullName, "profile"),
                screenshot = Environment.GetEnvironmentVariable("GATEWAY_SCREENSHOT") ?? Path.Combine(directory.FullName, "swagger.png"),
            });
            // One after the other: together they take longer than one wait on a busy machine.
            foreach (var step in (string[])["groups", "status", "documents", "command", "done"])
            {
                await browser.LineAsync(step);
            }

            var groups = (await browser.LineAsync("groups")).EnumerateArray().Select(static group => group.GetString()).ToArray();
            Assert.Equal(("VMs", "Default VM"), (groups[0], groups[^1]));
            Assert.True((await browser.LineAsync("collapsed")).GetBoolean());
            Assert.True((await browser.LineAsync("opened")).GetInt32() > 10);
            Assert.Equal(0, (await browser.LineAsync("locks")).GetInt32());
            // Other tests' VMs come and go; none of them is called so.
            Assert.NotEqual("web1", (await browser.LineAsync("filled")).GetString());

            Assert.Equal("200", (await browser.LineAsync("status")).GetString());
            var body = JsonDocument.Parse((await browser.LineAsync("body")).GetString()!).RootElement;
            Same.Json("""{"running":true,"singlestep":false,"status":"running"}""", body);
            Assert.True((await browser.LineAsync("operations")).GetInt32() > 15);

            var documents = (await browser.LineAsync("documents")).EnumerateArray().Select(static document => document.GetString()).ToArray();
            Assert.Equal("QMP Gateway", documents[0]);
            Assert.Contains(documents, document => document!.StartsWith($"{vm.Id}: QEMU "));
            Same.Json("""{"path":"string"}""", JsonElement.Parse((await browser.LineAsync("example")).GetString()!));
            var command = await browser.LineAsync("command");
            Assert.Equal("200", command.GetProperty("status").GetString());
            Assert.Contains("type", JsonElement.Parse(command.GetProperty("body").GetString()!).EnumerateArray().Select(static item => item.GetProperty("name").GetString()));
            Assert.DoesNotContain(browser.Lines, static line => line.TryGetProperty("consoleError", out _));
            Assert.DoesNotContain(browser.Lines, static line => line.TryGetProperty("foreign", out _));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    internal static string Chromium() => Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .SelectMany(static directory => (string[])[Path.Combine(directory, "chromium"), Path.Combine(directory, "chromium-browser")])
        .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("There is no chromium in PATH: apt-get install chromium");
}
