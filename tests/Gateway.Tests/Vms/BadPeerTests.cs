using Gateway.Vms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Vms;

/// <summary>What a peer may do in the middle of a connection that was QMP so far: it costs that VM its connection, and nobody else anything.</summary>
public sealed class BadPeerTests
{
    private static string Deep => $$"""{"a": {{new string('[', 2000)}}{{new string(']', 2000)}}}""";

    public static TheoryData<string, string> Broken => new()
    {
        { "SSH-2.0-OpenSSH_9.2", "the received data is not QMP: SSH-2.0-OpenSSH_9.2" },
        { """{"event": STOP}""", "malformed message" },
        { """{"no": "message"}""", "not a greeting, event or reply" },
        { $$"""{"event": "DEEP", "data": {{Deep}}}""", "malformed message" },
        { $$"""{"return": {{Deep}}}""", "malformed message" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_QMP_ends_the_connection_with_a_reason_and_the_next_one_works(string text, string reason)
    {
        await using var host = await GatewayHost.ConnectedAsync("bad", "good");
        host.Fake("bad").Hang("system_reset");
        var underWay = host.PostAsync("/vms/bad/reset");
        await host.Fake("bad").ReceivedAsync("system_reset");
        await host.Fake("bad").EventAsync("BEFORE");
        await host.Fake("bad").SendAsync(text);
        (await underWay).Problem("outcome-unknown", "/vms/bad/reset", ("vm", "bad"), ("command", "system_reset"), ("outcome", "unknown"));
        var lost = await host.EventAsync("bad", "VM_DISCONNECTED");
        Assert.Contains(reason, lost.GetProperty("data").Text("reason"));
        await host.EventAsync("bad", "VM_CONNECTED", lost.Id());
        (await host.GetAsync("/vms/bad/status")).Ok();
        Assert.Equal(["system_reset"], host.Fake("bad").Sent);
        Assert.Single(await host.EventsAsync("bad", "BEFORE"));
        Assert.Empty(await host.EventsAsync("bad", "DEEP"));
        Assert.Empty(await host.EventsAsync("good", "VM_DISCONNECTED"));
    }

    [Fact]
    public async Task An_answer_that_nests_deeper_than_QMP_leaves_the_outcome_unknown()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Return("query-odd", Deep);
        (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-odd"}""")).Problem(
            "outcome-unknown", "/vms/web1/qmp", ("vm", "web1"), ("command", "query-odd"));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("""{"status":5,"running":true}""")]
    public async Task An_answer_that_is_no_status_is_told_in_QEMUs_terms(string answer)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Return("query-status", answer);
        var problem = (await host.GetAsync("/vms/web1/status")).Problem("outcome-unknown", "/vms/web1/status", ("vm", "web1"), ("command", "query-status"));
        Assert.Equal("QEMU's answer to query-status is not a status: it must have a string \"status\" and a boolean \"running\".", problem.Text("detail"));
    }

    [Fact]
    public async Task Data_and_answers_that_nest_as_deep_as_QMP_may_pass_to_readers_and_filters()
    {
        var deep = $$"""{"a":{{new string('[', 1000)}}{{new string(']', 1000)}},"b":1}""";
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Return("query-odd", deep);
        Assert.Contains(deep, (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-odd"}""")).Text);
        await host.Fake("web1").EventAsync("DEEP", deep);
        await host.EventuallyAsync(() => host.Journal.Head == host.Journal.LastAppended, "the event");
        var page = await host.GetAsync("/vms/web1/events?event=DEEP&data.b=1&wait=20");
        Assert.Equal(200, page.Status);
        Assert.Contains(deep, page.Text);
    }

    [Fact]
    public async Task Half_a_message_and_then_silence_times_out_who_asks_and_is_no_event()
    {
        await using var host = new GatewayHost("bad", "good") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("bad");
        await host.ConnectedAsync("good");
        host.Fake("bad").Hang("system_reset");
        await host.Fake("bad").SendAsync("""{"event": "STOP", "data": {""");
        var underWay = host.PostAsync("/vms/bad/reset");
        await host.Fake("bad").ReceivedAsync("system_reset");
        (await host.PostAsync("/vms/good/stop?wait=10")).Ok();
        (await host.AdvanceUntilAsync(underWay, TimeSpan.FromSeconds(1))).Problem(
            "timed-out", "/vms/bad/reset", ("vm", "bad"), ("command", "system_reset"), ("outcome", "unknown"));
        host.Fake("bad").HangUp();
        await host.EventAsync("bad", "VM_DISCONNECTED");
        Assert.Empty(await host.EventsAsync("bad", "STOP"));
    }

    [Fact]
    public async Task Half_a_greeting_and_then_silence_is_a_busy_monitor()
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        host.Fake("web1").Reception = Reception.Silent;
        await host.StartAsync();
        await host.Fake("web1").DialledAsync(1);
        await host.Fake("web1").SendAsync("""{"QMP": {"version": """);
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.Busy, "busy", TimeSpan.FromSeconds(1));
        host.Fake("web1").Reception = Reception.Normal;
        await host.EventuallyAsync(
            () => host.Snapshot("web1").Connection.State == ConnectionState.Connected, "connected by a new attempt", TimeSpan.FromSeconds(1));
        Assert.InRange(host.Time!.GetUtcNow() - host.Time.Start, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task A_command_that_waits_for_its_turn_goes_to_no_other_run_than_the_one_it_was_for()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        vm.Hang("query-hung");
        var hung = Enumerable.Range(0, 8).Select(_ => host.PostAsync("/vms/web1/qmp", """{"execute":"query-hung"}""")).ToArray();
        await vm.ReceivedAsync("query-hung", 8);
        var run = host.Snapshot("web1").Run;
        // Given to the VM by the time the call returns, it waits behind the eight.
        var queued = host.Monitor("web1").ExecuteAsync(new VmCommand(new("system_reset"), new("x", "")) { IfRun = [run!] }, default);
        var before = host.Journal.LastAppended;
        vm.Peer = "another process";
        vm.HangUp();
        Assert.False((await Assert.ThrowsAsync<QmpGateway.Qmp.QmpDisconnectedException>(() => queued)).Sent);
        await host.EventAsync("web1", "VM_CONNECTED", before);
        (await host.PostAsync("/vms/web1/reset", null, ("If-Match", $"\"{run}\""))).Problem(
            "run-changed", "/vms/web1/reset", ("vm", "web1"), ("command", "system_reset"), ("outcome", "not-sent"));
        await Task.WhenAll(hung);
        Assert.DoesNotContain("system_reset", vm.Sent);
    }
}
