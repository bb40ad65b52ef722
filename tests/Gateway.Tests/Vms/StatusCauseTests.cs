using System.Text.Json;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class StatusCauseTests
{
    [Theory]
    [InlineData("guest-panicked", "GUEST_PANICKED", """{"action": "pause"}""")]
    [InlineData("watchdog", "WATCHDOG", """{"action": "pause"}""")]
    [InlineData("io-error", "BLOCK_IO_ERROR", """{"device": "d0", "operation": "write", "action": "stop"}""")]
    [InlineData("suspended", "SUSPEND", null)]
    public async Task The_event_that_led_to_a_state_is_told_not_the_STOP_that_follows(string state, string @event, string? data)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Status = FakeVm.StatusOf(state);
        await host.Fake("web1").EventAsync(@event, data);
        await host.Fake("web1").EventAsync("STOP");
        var cause = await ChangeToAsync(host, state);
        var told = await host.EventAsync("web1", @event);
        Assert.Equal($$"""{"event":"{{@event}}","id":"{{told.GetProperty("id").GetString()}}"}""", cause.GetProperty("data").GetProperty("cause").GetRawText());
        var vm = (await host.GetAsync("/vms/web1")).Ok();
        Assert.Equal(cause.GetProperty("data").GetProperty("cause").GetRawText(), vm.GetProperty("statusCause").GetRawText());
    }

    [Fact]
    public async Task A_change_tells_status_and_previous_and_the_command_that_led_there()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PostAsync("/vms/web1/stop")).NoContent();
        var change = await ChangeToAsync(host, "paused");
        Assert.Equal(
            $$$"""{"status":{{{FakeVm.Paused}}},"previous":{{{FakeVm.Running}}},"cause":{"command":"stop","who":"anonymous"}}""",
            change.GetProperty("data").GetRawText());
        Assert.Equal("gateway", change.GetProperty("origin").GetString());
        (await host.PostAsync("/vms/web1/cont")).NoContent();
        Assert.Equal("""{"command":"cont","who":"anonymous"}""", Cause(await ChangeToAsync(host, "running", change)));
    }

    [Fact]
    public async Task The_first_status_has_no_previous_one()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var first = await ChangeToAsync(host, "running");
        Assert.Equal($$"""{"status":{{FakeVm.Running}},"previous":null,"cause":null}""", first.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_reset_of_a_crashed_guest_explains_prelaunch()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.Fake("web1").BecomeAsync("guest-panicked", "GUEST_PANICKED", """{"action": "pause"}""");
        await ChangeToAsync(host, "guest-panicked");
        await host.Fake("web1").BecomeAsync("prelaunch", "RESET", """{"guest": false, "reason": "host-qmp-system-reset"}""");
        Assert.StartsWith("""{"event":"RESET","id":""", Cause(await ChangeToAsync(host, "prelaunch")));
    }

    [Fact]
    public async Task Where_only_STOP_came_STOP_is_told()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.Fake("web1").BecomeAsync("paused", "STOP");
        Assert.StartsWith("""{"event":"STOP","id":""", Cause(await ChangeToAsync(host, "paused")));
    }

    [Fact]
    public async Task A_change_that_nothing_explains_has_no_cause()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.Fake("web1").BecomeAsync("internal-error", "AN_EVENT_OF_QEMU_12");
        Assert.Equal("null", Cause(await ChangeToAsync(host, "internal-error")));
        Assert.Equal(JsonValueKind.Null, (await host.GetAsync("/vms/web1")).Ok().GetProperty("statusCause").ValueKind);
    }

    [Fact]
    public async Task A_refused_command_is_no_cause()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Refuse("stop");
        await host.PostAsync("/vms/web1/stop");
        await host.Fake("web1").BecomeAsync("paused", "STOP");
        Assert.StartsWith("""{"event":"STOP","id":""", Cause(await ChangeToAsync(host, "paused")));
    }

    [Fact]
    public async Task Many_other_commands_hide_no_cause()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        vm.Return("query-block", "[]");
        // The status is told late, so that all of it happens before.
        vm.Hang("query-status");
        await vm.EventAsync("GUEST_PANICKED", """{"action": "pause"}""");
        var question = await vm.ReceivedAsync("query-status", 2);
        for (var i = 0; i < 100; i++)
        {
            (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-block"}""")).Ok();
        }

        vm.Status = FakeVm.StatusOf("guest-panicked");
        vm.Behave("query-status");
        await vm.ReturnAsync(question, vm.Status);
        Assert.StartsWith("""{"event":"GUEST_PANICKED","id":""", Cause(await ChangeToAsync(host, "guest-panicked")));
    }

    [Fact]
    public async Task What_happened_to_an_earlier_run_explains_nothing_of_the_next()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = host.Fake("web1");
        (await host.PostAsync("/vms/web1/reset")).NoContent();
        vm.Status = FakeVm.StatusOf("prelaunch");
        vm.Peer = "another process";
        vm.HangUp();
        Assert.Equal("null", Cause(await ChangeToAsync(host, "prelaunch")));
    }

    private static string Cause(JsonElement change) => change.GetProperty("data").GetProperty("cause").GetRawText();

    private static Task<JsonElement> ChangeToAsync(GatewayHost host, string state, JsonElement? after = null) => host.EventAsync(
        "web1", "VM_STATUS_CHANGED", after is { } entry ? entry.Id() : 0,
        change => change.GetProperty("data").GetProperty("status").GetProperty("status").GetString() == state);
}
