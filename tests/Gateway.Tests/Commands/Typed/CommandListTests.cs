using System.Text.Json;
using Gateway.Commands.Typed;
using Microsoft.Extensions.Logging.Abstractions;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Commands.Typed;

/// <summary>A VM's QEMU says what commands it has; it is asked once.</summary>
public sealed class CommandListTests
{
    [Theory]
    [InlineData("/vms/web1/commands")]
    [InlineData("/commands")]
    public async Task Each_command_is_there_with_its_schema_and_the_policys_word(string path)
    {
        await using var host = await SampleQemu.ConnectedAsync(static host => host
            .Set("Gateway:CommandPolicy:Rules:shots:Command", "screendump")
            .Set("Gateway:CommandPolicy:Rules:shots:Arguments:filename", "/shots/*")
            .Set("Gateway:CommandPolicy:Rules:shots:Effect", "allow"));
        var list = (await host.GetAsync(path)).Ok();
        Assert.Equal(
            "qom-list query-old query-status quit screendump set-action watchdog-set-action x-query-new",
            string.Join(' ', list.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("name").GetString())));
        Assert.Equal("""{"type":"object","properties":{"path":{"type":"string"}},"required":["path"],"additionalProperties":false}""", Item(list, "qom-list").GetProperty("arguments").GetRawText());
        Assert.Equal("""{"$ref":"#/$defs/query-status.return"}""", Item(list, "query-status").GetProperty("returns").GetRawText());
        Assert.True(list.GetProperty("$defs").TryGetProperty("query-status.return", out _));
        Assert.Equal(
            [
                ("query-old", true, "built-in: only reads: a query reports state and changes none", true, false), ("screendump", true, "shots", false, false),
                ("quit", false, "built-in: has its own route", false, false), ("x-query-new", true, "built-in: only reads: a query reports state and changes none", false, true),
            ],
            new[] { "query-old", "screendump", "quit", "x-query-new" }.Select(name => Item(list, name)).Select(static item => (
                item.GetProperty("name").GetString()!, item.GetProperty("allowed").GetBoolean(), item.GetProperty("rule").GetString()!,
                item.GetProperty("deprecated").GetBoolean(), item.GetProperty("unstable").GetBoolean())));
    }

    [Fact]
    public async Task It_is_asked_once_a_run_and_told_while_the_VM_is_away()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.GetAsync("/vms/web1/commands")));
        Assert.All(answers, static answer => answer.Ok());
        host.Fake("web1").IsListening = false;
        host.Fake("web1").HangUp();
        await host.EventAsync("web1", "VM_DISCONNECTED");
        (await host.GetAsync("/vms/web1/commands")).Ok();
        Assert.Equal("query-qmp-schema", Assert.Single(host.Fake("web1").Sent));
    }

    [Fact]
    public async Task Another_run_is_asked_again()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        (await host.GetAsync("/vms/web1/commands")).Ok();
        var fake = host.Fake("web1");
        fake.DescribesItself("""[{"name":"0","meta-type":"object","members":[]},{"name":"stop","meta-type":"command","arg-type":"0","ret-type":"0"}]""");
        fake.Peer = "another process";
        fake.HangUp();
        await host.EventuallyAsync(() => fake.Dials == 2 && host.Snapshot("web1").Connection.State == Gateway.Vms.ConnectionState.Connected, "connected again");
        Assert.Equal("stop", Assert.Single((await host.GetAsync("/vms/web1/commands")).Ok().GetProperty("items").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_next_gateway_need_not_ask_of_the_same_run_and_does_where_the_file_is_damaged()
    {
        var directory = GatewayHost.NewDirectory();
        var kept = await AskAsync("what it was");
        var file = Directory.GetFiles(Path.Combine(directory, SchemaStore.DirectoryName), "7.2.22-*.json").Single();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal((1, 0), (kept, await AskAsync("what it was")));
        Assert.Equal(1, await AskAsync("another"));
        await File.AppendAllTextAsync(file, " ");
        Assert.Equal(1, await AskAsync("another"));
        await File.WriteAllTextAsync(Path.Combine(directory, SchemaStore.DirectoryName, "runs.json"), """{"x":null}""");
        Assert.Equal(1, await AskAsync("another"));
        Directory.Delete(directory, recursive: true);

        async Task<int> AskAsync(string process)
        {
            await using var host = new GatewayHost("web1") { DataDirectory = directory, KeepsData = true };
            host.Fake("web1").DescribesItself().Peer = process;
            await host.StartAsync();
            await host.ConnectedAsync("web1");
            (await host.GetAsync("/vms/web1/commands")).Ok();
            return host.Fake("web1").Sent.Count;
        }
    }

    [Fact]
    public async Task What_cannot_be_kept_is_told_all_the_same()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        await File.WriteAllTextAsync(Path.Combine(host.DataDirectory, SchemaStore.DirectoryName), "in the way");
        (await host.GetAsync("/vms/web1/commands")).Ok();
        Assert.Contains(host.Log.Lines, static line => line.Contains("cannot be stored in"));
    }

    [Fact]
    public void Nothing_is_kept_once_the_directory_may_be_the_next_gateway_s()
    {
        using var directory = new TempDirectory();
        var store = new SchemaStore(directory.Path, NullLogger<SchemaStore>.Instance);
        store.Dispose();
        store.Keep("run", "7.2.22-x", new JsonText("[]"u8.ToArray()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [Theory]
    [InlineData("GET", "/vms/web1/commands", null)]
    [InlineData("GET", "/vms/web1/openapi.json", null)]
    [InlineData("POST", "/vms/web1/commands/query-status", "{}")]
    public async Task A_QEMU_that_cannot_describe_itself_is_501_and_one_that_was_never_there_503(string method, string path, string? body)
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").IsListening = false;
        await host.StartAsync();
        // A client's own command is the one that was not sent.
        var command = method == "POST" ? "query-status" : "query-qmp-schema";
        (await host.SendAsync(method, path, body)).Problem("vm-unreachable", path, ("vm", "web1"), ("command", command), ("outcome", "not-sent"));
        host.Fake("web1").IsListening = true;
        await host.ConnectedAsync("web1");
        (await host.SendAsync(method, path, body)).Problem("command-not-supported", path, ("vm", "web1"), ("command", "query-qmp-schema"), ("outcome", "refused"), ("qmpError", null));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("""[{"meta-type":"command","name":"x"}]""")]
    public async Task Nonsense_is_the_VMs_fault_and_asked_again(string schema)
    {
        await using var host = await SampleQemu.ConnectedAsync();
        host.Fake("web1").DescribesItself(schema);
        (await host.GetAsync("/vms/web1/commands")).Problem("outcome-unknown", "/vms/web1/commands", ("vm", "web1"), ("command", "query-qmp-schema"));
        host.Fake("web1").DescribesItself();
        (await host.GetAsync("/vms/web1/commands")).Ok();
    }

    private static JsonElement Item(JsonElement list, string name) =>
        list.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
}
