using Gateway.Vms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class QmpTests
{
    private const string Path = "/vms/web1/qmp";

    [Theory]
    [InlineData("""{"a":18446744073709551615,"b":-9223372036854775808,"c":1.10,"d":1e400,"e":0.1E-7,"f":123456789012345678901234567890}""")]
    [InlineData("""["ä","\u00e4","\/","\ud83d\ude00","<&>'+"]""")]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData(""" "text" """)]
    public async Task What_QEMU_returns_is_handed_on_as_it_is_spelled(string value)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Return("query-odd", value);
        var answer = await host.PostAsync(Path, """{"execute":"query-odd"}""");
        answer.Ok();
        Assert.Equal($$"""{"return":{{value.Trim()}}}""", answer.Text);
    }

    [Fact]
    public async Task A_pretty_printed_answer_is_put_on_one_line()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").On("query-odd", command => host.Fake("web1").SendAsync(
            $"{{\r\n    \"return\": {{\r\n        \"a b\": [\r\n            1,\r\n            \"x\\n  y\"\r\n        ]\r\n    }},\r\n    \"id\": \"{command.Id}\"\r\n}}"));
        Assert.Equal("""{"return":{"a b":[1,"x\n  y"]}}""", (await host.PostAsync(Path, """{"execute":"query-odd"}""")).Text);
    }

    [Fact]
    public async Task Arguments_reach_QEMU_as_they_are_spelled()
    {
        const string arguments = """{"z": 18446744073709551615, "a": [1.50, {"b": null, "ü": "\u00fc\/"}], "": true}""";
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Return("query-odd", "{}");
        (await host.PostAsync(Path, $$"""{"execute":"query-odd","arguments":{{arguments}}}""")).Ok();
        Assert.Contains($"\"arguments\":{arguments}", (await host.Fake("web1").ReceivedAsync("query-odd")).Text);
    }

    [Fact]
    public async Task A_command_is_sent_out_of_band_where_that_is_asked_for()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Return("query-odd", "{}");
        (await host.PostAsync(Path, """{"exec-oob":"query-odd"}""")).Ok();
        Assert.True((await host.Fake("web1").ReceivedAsync("query-odd")).OutOfBand);
    }

    [Fact]
    public async Task Out_of_band_passes_commands_that_hang()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        vm.Hang("query-hung");
        vm.Return("query-odd", "{}");
        var hung = Enumerable.Range(0, 20).Select(_ => host.PostAsync(Path, """{"execute":"query-hung"}""")).ToArray();
        await vm.ReceivedAsync("query-hung", 8);
        (await host.PostAsync(Path, """{"exec-oob":"query-odd"}""")).Ok();
        Assert.DoesNotContain(hung, static answer => answer.IsCompleted);
        Assert.Equal(8, vm.Received.Count(static command => command.Name == "query-hung"));
        vm.HangUp();
        var answers = await Task.WhenAll(hung);
        // Eight had left, the others were still here.
        Assert.Equal(8, answers.Count(static answer => answer.Status == 502));
        Assert.All(answers.Where(static answer => answer.Status == 502), static answer => answer.Problem(
            "outcome-unknown", Path, ("vm", "web1"), ("command", "query-hung")));
        Assert.All(answers.Where(static answer => answer.Status != 502), static answer => answer.Problem(
            "vm-unreachable", Path, ("vm", "web1"), ("command", "query-hung"), ("outcome", "not-sent")));
        await vm.DialledAsync(2);
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.Connected, "connected");
        (await host.GetAsync("/vms/web1/status")).Ok();
        Assert.Equal(8, vm.Received.Count(static command => command.Name == "query-hung"));
    }

    [Fact]
    public async Task Out_of_band_that_is_not_on_offer_is_not_tried()
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").OutOfBand = false;
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        (await host.PostAsync(Path, """{"exec-oob":"query-odd"}""")).Problem(
            "command-not-supported", Path, ("vm", "web1"), ("command", "query-odd"), ("outcome", "not-sent"));
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData("?timeout=3", 3)]
    [InlineData("?timeout=3600", 3600)]
    public async Task A_command_without_an_answer_times_out_in_its_time(string query, int seconds)
    {
        await using var host = await StandingStillAsync();
        host.Fake("web1").Hang("query-odd");
        var asked = host.PostAsync(Path + query, """{"execute":"query-odd"}""");
        await host.Fake("web1").ReceivedAsync("query-odd");
        host.Time!.Advance(TimeSpan.FromSeconds(seconds - 0.5));
        await host.Fake("web1").ReceivedAsync("query-odd");
        Assert.False(asked.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(0.5));
        (await asked).Problem("timed-out", Path, ("vm", "web1"), ("command", "query-odd"));
    }

    [Fact]
    public async Task Commands_known_to_be_slow_have_a_minute()
    {
        await using var host = await StandingStillAsync();
        host.Fake("web1").Hang("query-block");
        var asked = host.PostAsync(Path, """{"execute":"query-block"}""");
        await host.Fake("web1").ReceivedAsync("query-block");
        host.Time!.Advance(TimeSpan.FromSeconds(59));
        Assert.False(asked.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await asked).Problem("timed-out", Path, ("vm", "web1"), ("command", "query-block"));
    }

    [Theory]
    [InlineData(true, """
        "outcome":"done"
        """)]
    [InlineData(false, """
        "outcome":"refused","qmpError":{"class":"GenericError","desc":"too late"}
        """)]
    public async Task An_answer_that_comes_late_settles_what_was_unknown(bool done, string outcome)
    {
        await using var host = await StandingStillAsync();
        var vm = host.Fake("web1");
        vm.Hang("query-odd");
        var asked = host.PostAsync(Path + "?timeout=1", """{"execute":"query-odd"}""");
        var command = await vm.ReceivedAsync("query-odd");
        host.Time!.Advance(TimeSpan.FromSeconds(1));
        var problem = (await asked).Problem("timed-out", Path, ("vm", "web1"), ("command", "query-odd"));
        await (done ? vm.ReturnAsync(command) : vm.RefuseAsync(command, description: "too late"));
        var late = await host.EventAsync("web1", "COMMAND_FINISHED_LATE");
        Assert.Equal(
            $$"""{"command":"query-odd",{{outcome}},"who":"anonymous","traceId":"{{problem.Text("traceId")}}"}""", late.GetProperty("data").GetRawText());
        Assert.Equal("gateway", late.Text("origin"));
    }

    [Fact]
    public async Task A_command_whose_turn_did_not_come_was_not_sent()
    {
        await using var host = await StandingStillAsync();
        host.Fake("web1").Hang("query-hung");
        var hung = Enumerable.Range(0, 8).Select(_ => host.PostAsync(Path + "?timeout=9", """{"execute":"query-hung"}""")).ToArray();
        await host.Fake("web1").ReceivedAsync("query-hung", 8);
        var queued = host.Monitor("web1").ExecuteAsync(new VmCommand(new("query-odd"), new("x", "")) { Timeout = TimeSpan.FromSeconds(1) }, default);
        host.Time!.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await Assert.ThrowsAsync<QmpGateway.Qmp.QmpTimeoutException>(() => queued)).Sent);
        host.Fake("web1").HangUp();
        await Task.WhenAll(hung);
        Assert.DoesNotContain("query-odd", host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("human-monitor-command")]
    [InlineData("quit")]
    [InlineData("device_add")]
    [InlineData("nobody-knows-this")]
    [InlineData("QUERY-STATUS")]
    [InlineData("")]
    public async Task What_the_policy_does_not_allow_is_not_sent(string command)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var problem = (await host.PostAsync(Path, $$"""{"execute":"{{command}}"}""")).Problem(
            "command-forbidden", Path, ("vm", "web1"), ("command", command), ("outcome", "not-sent"), ("rule", null));
        Assert.Contains(problem.Text("rule")!, problem.Text("detail"));
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task A_query_that_this_QEMU_lacks_is_not_supported()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PostAsync(Path, """{"execute":"query-of-QEMU-12"}""")).Problem(
            "command-not-supported", Path, ("vm", "web1"), ("command", "query-of-QEMU-12"), ("outcome", "refused"),
            ("qmpError", """{"class":"CommandNotFound","desc":"The command query-of-QEMU-12 has not been found"}"""));
    }

    private static async Task<GatewayHost> StandingStillAsync()
    {
        var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        return host;
    }
}
