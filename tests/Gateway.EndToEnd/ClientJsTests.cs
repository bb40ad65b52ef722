using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The gateway's own client for JavaScript, against the real program.</summary>
public sealed partial class ClientJsTests : IDisposable
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("client-js-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task A_watch_and_its_events_survive_kill_9_of_the_gateway_without_a_gap_or_a_double()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("web1", qemu.Endpoint));
        (await gateway.GetAsync("/vms/web1/status?until=running")).Json();
        await using var client = await NodeScript.StartAsync("client.mjs", new { url = gateway.Address, vm = "web1" });
        var from = (await client.LineAsync("from")).GetString()!;
        await client.LineAsync("done");

        (await gateway.PostAsync("/vms/web1/stop?wait=20")).Json();
        await gateway.KillAsync();
        await qemu.Side.ExecuteAsync("cont");
        await gateway.RestartAsync();
        (await gateway.GetAsync("/vms/web1/status?until=running")).Json();
        (await gateway.PostAsync("/vms/web1/reset?wait=20")).Json();
        await qemu.RestartAsync();
        (await gateway.GetAsync("/vms/web1/status?until=running")).Json();
        var last = (await gateway.EventsAsync("vm=web1"))[^1].Id();

        await Poll.UntilAsync(() => Task.FromResult(Ids(client).LastOrDefault() ?? "none"), last);
        var history = (await gateway.EventsAsync("vm=web1")).Select(static e => e.Id()).Where(id => long.Parse(id) > long.Parse(from));
        Assert.Equal(history, Ids(client));
        Assert.Equal("listed", client.Lines.First(static line => line.TryGetProperty("change", out _)).GetProperty("change").GetString());
        await Poll.UntilAsync(() => Task.FromResult(Shown(Changes(client)[^1].GetProperty("vm"))), Shown(await gateway.VmAsync("web1")));
    }

    [Fact]
    public async Task Integers_of_64_bits_are_exact_and_refusals_are_told_apart()
    {
        await using var qemu = new AnsweringQemu();
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("web1", qemu.Endpoint));
        (await gateway.GetAsync("/status?until=running")).Json();
        await using var client = await NodeScript.StartAsync("client.mjs", new { url = gateway.Address, vm = "web1" });
        await client.LineAsync("from");
        await qemu.EventAsync("GUEST_PANICKED", """{"action":"pause","info":{"type":"hyper-v","arg1":18446744073709551615,"arg2":9007199254740993,"arg3":7,"arg4":0,"arg5":0}}""");

        var told = await gateway.EventAsync("web1", "GUEST_PANICKED");
        await Poll.UntilAsync(() => Task.FromResult(Ids(client).Contains(told.Id()) ? "there" : "not yet"), "there");
        Same.Json(told, client.Lines.Single(line => line.TryGetProperty("event", out var e) && e.Id() == told.Id()).GetProperty("event"));
        await Poll.UntilAsync(() => Task.FromResult($"{Refusals(client).Count}"), "5");
        Assert.Equal(["command-forbidden 403", "invalid-request 400", "vm-not-found 404", "run-changed 412", "invalid-request 400"], Refusals(client));
    }

    [Fact]
    public async Task The_package_that_npm_makes_runs_the_first_lines_of_its_README()
    {
        var source = Path.Combine(Root, "src", "client-js");
        await NpmAsync(source, "pack", "--ignore-scripts", "--pack-destination", directory.FullName);
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "package.json"), """{"private":true,"type":"module"}""", TestContext.Current.CancellationToken);
        await NpmAsync(directory.FullName, "install", "--offline", "--no-audit", "--no-fund", Directory.GetFiles(directory.FullName, "*.tgz").Single());
        var readme = await File.ReadAllTextAsync(Path.Combine(source, "README.md"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "first.js"), FirstCode().Match(readme).Groups[1].Value, TestContext.Current.CancellationToken);

        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.Idle });
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("web1", qemu.Endpoint));
        (await gateway.GetAsync("/vms/web1/status?until=running")).Json();
        var output = await RunAsync(new ProcessStartInfo("node", ["first.js"]) { WorkingDirectory = directory.FullName, Environment = { ["GATEWAY_URL"] = gateway.Address.ToString() } });
        Assert.Matches("^web1 connected running\nstopped at 20.*Z\n$", output);
    }

    private static List<JsonElement> Changes(NodeScript client) => [.. client.Lines.Where(static line => line.TryGetProperty("change", out _))];

    private static List<string> Ids(NodeScript client) => [.. client.Lines.Where(static line => line.TryGetProperty("event", out _)).Select(static line => line.GetProperty("event").Id())];

    private static List<string> Refusals(NodeScript client) =>
        [.. client.Lines.Where(static line => line.TryGetProperty("refused", out _)).Select(static line => string.Join(' ', line.GetProperty("refused").EnumerateArray()))];

    // What events say of a VM.
    private static string Shown(JsonElement vm)
    {
        var connection = vm.GetProperty("connection");
        return JsonSerializer.Serialize(new
        {
            state = connection.ValueKind == JsonValueKind.String ? connection.GetString() : connection.GetProperty("state").GetString(),
            status = vm.GetProperty("status").GetRawText(),
            cause = vm.GetProperty("statusCause").GetRawText(),
            run = vm.GetProperty("run").GetString(),
            qemu = vm.GetProperty("qemu").GetRawText(),
            ended = vm.GetProperty("ended").GetRawText(),
            labels = vm.GetProperty("labels").GetRawText(),
        });
    }

    private static Task<string> NpmAsync(string directory, params string[] arguments) => RunAsync(new ProcessStartInfo("npm", arguments) { WorkingDirectory = directory });

    private static async Task<string> RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = await ChildProcess.StartAsync(start);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(RealQemu.Patience);
        Assert.True(process.ExitCode == 0, await output + await error);
        return await output;
    }

    [GeneratedRegex("```js\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FirstCode();
}
