using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Commands.Typed;

/// <summary>A typed command is checked against the VM's own schema before anything is sent.</summary>
public sealed class TypedCommandTests
{
    [Theory]
    [InlineData("/vms/web1/commands/qom-list")]
    [InlineData("/commands/qom-list")]
    public async Task The_body_is_the_arguments_and_the_answer_the_return_value_itself(string path)
    {
        await using var host = await SampleQemu.ConnectedAsync();
        host.Fake("web1").Return("qom-list", """[{"name": "type", "size": 18446744073709551615}]""");
        var answer = await host.PostAsync(path, """{"path": "/machine"}""");
        answer.Ok();
        Assert.Equal("""[{"name": "type", "size": 18446744073709551615}]""", answer.Text);
        Assert.Equal("""{"path": "/machine"}""", (await host.Fake("web1").ReceivedAsync("qom-list")).Arguments.GetRawText());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    public async Task Without_arguments_the_body_may_be_empty(string? body)
    {
        await using var host = await SampleQemu.ConnectedAsync();
        Assert.Equal("running", (await host.PostAsync("/vms/web1/commands/query-status", body)).Ok().GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("qom-list", "{}", "path", "is missing")]
    [InlineData("qom-list", null, "path", "is missing")]
    [InlineData("qom-list", """{"path":5}""", "path", "must be a string, not 5")]
    [InlineData("qom-list", """{"path":"a","x":1}""", "x", "is an unknown member; expected one of path")]
    [InlineData("query-status", """{"x":1}""", "x", "is an unknown member; expected none")]
    [InlineData("query-status", """{"a.b/c~d":1}""", "a.b/c~d", "is an unknown member; expected none")]
    [InlineData("query-status", "[]", "body", "must be an object, not an array")]
    [InlineData("query-status", "{", "body", null)]
    [InlineData("query-status", """{"a":1,"a":1}""", "body", null)]
    [InlineData("query-status", """{"\ud800":1}""", "body", null)]
    [InlineData("set-action", """{"panic":"pause","reboot":"shutdown"}""", "reboot", "must be one of reset, not 'shutdown'")]
    public async Task What_QEMU_would_refuse_for_its_shape_is_not_sent(string command, string? body, string field, string? message)
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var path = $"/vms/web1/commands/{command}";
        var answer = await host.PostAsync(path, body);
        var errors = answer.Problem("invalid-request", path, ("vm", "web1"), ("errors", null)).GetProperty("errors");
        var told = Assert.Single(errors.EnumerateObject());
        Assert.Equal(field, told.Name);
        Assert.Equal(message ?? told.Value[0].GetString(), told.Value[0].GetString());
        // The value is shown once.
        Assert.DoesNotMatch(@"not ['\d]", answer.Json.Text("detail")!);
        Assert.DoesNotContain(command, host.Fake("web1").Received.Skip(1).Select(static one => one.Name).Where(static name => name != "query-status"));
    }

    [Fact]
    public async Task A_command_that_this_QEMU_lacks_is_501_also_where_another_one_has_it()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        foreach (var command in (string[])["query-block", "human-monitor-command", "nonsense", "Query-Status", "query-status%0A"])
        {
            var path = $"/vms/web1/commands/{command}";
            (await host.PostAsync(path, "{}")).Problem("command-not-supported", path, ("vm", "web1"), ("command", null), ("outcome", "not-sent"));
        }

        Assert.Equal("query-qmp-schema", Assert.Single(host.Fake("web1").Sent));
    }

    [Fact]
    public async Task One_for_a_VM_that_was_never_connected_is_named_and_was_not_sent()
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").IsListening = false;
        await host.StartAsync();
        const string Path = "/vms/web1/commands/qom-list";
        (await host.PostAsync(Path, """{"path":"/"}""")).Problem("vm-unreachable", Path, ("vm", "web1"), ("command", "qom-list"), ("outcome", "not-sent"));
    }

    [Fact]
    public async Task One_whose_QEMU_does_not_describe_itself_in_its_time_is_named_and_was_not_sent()
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider(DateTimeOffset.UtcNow) };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        host.Fake("web1").Hang("query-qmp-schema");
        var answer = await host.AdvanceUntilAsync(host.PostAsync("/vms/web1/commands/qom-list?timeout=3", """{"path":"/"}"""), TimeSpan.FromMilliseconds(100));
        var problem = answer.Problem("timed-out", "/vms/web1/commands/qom-list", ("vm", "web1"), ("command", "qom-list"), ("outcome", "not-sent"));
        Assert.Equal("'qom-list' was not sent within 3 s, because earlier commands are still in progress.", problem.Text("detail"));
    }

    [Fact]
    public async Task One_whose_QEMU_goes_before_it_described_itself_is_named_and_was_not_sent()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Drop("query-qmp-schema");
        const string Path = "/vms/web1/commands/qom-list";
        (await host.PostAsync(Path, """{"path":"/"}""")).Problem("vm-unreachable", Path, ("vm", "web1"), ("command", "qom-list"), ("outcome", "not-sent"));
    }

    [Fact]
    public async Task The_policy_is_asked_and_says_no_more_of_arguments_than_it_must()
    {
        await using var host = await SampleQemu.ConnectedAsync(static host => host
            .Set("Gateway:CommandPolicy:Rules:shots:Command", "screendump")
            .Set("Gateway:CommandPolicy:Rules:shots:Arguments:filename", "/shots/*")
            .Set("Gateway:CommandPolicy:Rules:shots:Effect", "allow"));
        host.Fake("web1").Return("screendump", "{}");
        (await host.PostAsync("/vms/web1/commands/quit", """{"x":1}""")).Problem(
            "command-forbidden", "/vms/web1/commands/quit", ("vm", "web1"), ("command", "quit"), ("outcome", "not-sent"), ("rule", null));
        const string Path = "/vms/web1/commands/screendump";
        (await host.PostAsync(Path, """{"filename":"/etc/passwd"}""")).Problem(
            "command-forbidden", Path, ("vm", "web1"), ("command", "screendump"), ("outcome", "not-sent"), ("rule", null));
        (await host.PostAsync(Path, """{"filename":7}""")).Problem("invalid-request", Path, ("vm", "web1"), ("errors", null));
        (await host.PostAsync(Path, """{"filename":"/shots/1.ppm"}""")).Ok();
        Assert.Equal(["query-qmp-schema", "screendump"], host.Fake("web1").Sent);
    }

    [Fact]
    public async Task It_is_audited_with_its_arguments_and_held_to_its_run()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        host.Fake("web1").Refuse("qom-list", "DeviceNotFound", "no such path");
        const string Path = "/vms/web1/commands/qom-list";
        (await host.PostAsync(Path, """{"path":"/x"}""", ("If-Match", "\"another\""))).Problem("run-changed", Path, ("vm", "web1"), ("command", "qom-list"), ("outcome", "not-sent"));
        (await host.PostAsync(Path, """{"path":"/x"}""")).Problem("command-refused", Path, ("vm", "web1"), ("command", "qom-list"), ("outcome", "refused"), ("qmpError", null));
        var audited = (await host.GetAsync("/audit")).Ok().GetProperty("items");
        Assert.Equal(
            [("qom-list", """{"path":"/x"}""", "refused", "command-refused"), ("qom-list", """{"path":"/x"}""", "not-sent", "run-changed")],
            audited.EnumerateArray().Select(static line => (
                line.GetProperty("command").GetString()!, line.GetProperty("arguments").GetRawText(), line.GetProperty("outcome").GetString()!, line.GetProperty("problem").GetString()!)));
    }
}
