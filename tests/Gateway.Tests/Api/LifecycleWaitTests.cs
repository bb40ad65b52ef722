using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class LifecycleWaitTests
{
    public static TheoryData<string, string, string, string> Waiting => new()
    {
        { "stop", "stop", "STOP", "running" },
        { "cont", "cont", "RESUME", "paused" },
        { "reset", "system_reset", "RESET", "running" },
        { "powerdown", "system_powerdown", "SHUTDOWN", "running" },
        { "wakeup", "system_wakeup", "WAKEUP", "suspended" },
        { "quit", "quit", "SHUTDOWN", "running" },
    };

    [Theory]
    [MemberData(nameof(Waiting))]
    public async Task An_event_before_the_reply_completes_it(string route, string command, string completion, string state)
    {
        await using var host = await InAsync(state);
        var vm = host.Fake("web1");
        vm.On(command, async received =>
        {
            await vm.EventAsync(completion, """{"guest": false}""");
            await vm.ReturnAsync(received);
        });
        await AssertCompletesAsync(host, host.PostAsync($"/vms/web1/{route}?wait=30"), command, completion);
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public async Task An_event_after_the_reply_completes_it(string route, string command, string completion, string state)
    {
        await using var host = await InAsync(state);
        var vm = host.Fake("web1");
        vm.On(command, async received =>
        {
            await vm.ReturnAsync(received);
            await vm.EventAsync("AN_EVENT_BETWEEN");
            await vm.EventAsync(completion, """{"guest": false}""");
        });
        await AssertCompletesAsync(host, host.PostAsync($"/vms/web1/{route}?wait=30"), command, completion);
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public async Task An_event_that_does_not_come_is_told_in_time(string route, string command, string completion, string state)
    {
        await using var host = await InAsync(state, new FakeTimeProvider());
        host.Fake("web1").Return(command, "{}");
        var waiting = host.PostAsync($"/vms/web1/{route}?wait=300");
        await host.Fake("web1").ReceivedAsync(command);
        var began = host.Time!.GetUtcNow();
        var problem = (await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(1))).Problem(
            "wait-timed-out", $"/vms/web1/{route}", ("vm", "web1"), ("command", command));
        Assert.Contains(completion, problem.Text("detail"));
        Assert.InRange(host.Time.GetUtcNow() - began, TimeSpan.FromSeconds(290), TimeSpan.FromSeconds(400));
    }

    [Theory]
    [MemberData(nameof(Waiting))]
    public async Task A_VM_that_goes_away_first_ends_the_wait_at_once(string route, string command, string completion, string state)
    {
        await using var host = await InAsync(state, new FakeTimeProvider());
        host.Fake("web1").Return(command, "{}");
        var waiting = host.PostAsync($"/vms/web1/{route}?wait=300");
        await host.Fake("web1").ReceivedAsync(command);
        // The status is asked again once the command is acknowledged, and for stop and cont before it, too.
        await host.Fake("web1").ReceivedAsync("query-status", route is "stop" or "cont" ? 3 : 2);
        host.Fake("web1").HangUp();
        var problem = (await waiting).Problem("wait-aborted", $"/vms/web1/{route}", ("vm", "web1"), ("command", command));
        Assert.Equal($"The wait for {completion} ended early: the VM went away. QEMU acknowledged the command.", problem.Text("detail"));
    }

    [Theory]
    [InlineData("stop", "paused")]
    [InlineData("stop", "guest-panicked")]
    [InlineData("cont", "running")]
    public async Task Where_there_is_nothing_to_do_no_event_is_waited_for(string route, string state)
    {
        await using var host = await InAsync(state, new FakeTimeProvider());
        (await host.PostAsync($"/vms/web1/{route}?wait=300")).NoContent();
        Assert.Equal([route], host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("cont")]
    public async Task A_QEMU_that_hangs_before_the_command_is_told_with_the_command_which_was_not_sent(string command)
    {
        await using var host = await InAsync("running", new FakeTimeProvider());
        host.Fake("web1").Hang("query-status");
        var waiting = host.PostAsync($"/vms/web1/{command}?wait=300");
        await host.Fake("web1").ReceivedAsync("query-status", 2);
        (await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(1))).Problem(
            "timed-out", $"/vms/web1/{command}", ("vm", "web1"), ("command", command), ("outcome", "not-sent"));
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("cont")]
    public async Task A_QEMU_that_goes_away_before_the_command_is_told_with_the_command_which_was_not_sent(string command)
    {
        await using var host = await InAsync("running");
        host.Fake("web1").IsListening = false;
        host.Fake("web1").Drop("query-status");
        for (var attempt = 0; attempt < 2; attempt++)
        {
            (await host.PostAsync($"/vms/web1/{command}?wait=300")).Problem(
                "vm-unreachable", $"/vms/web1/{command}", ("vm", "web1"), ("command", command), ("outcome", "not-sent"));
            await host.EventAsync("web1", "VM_DISCONNECTED");
        }

        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task An_event_from_before_the_command_completes_nothing()
    {
        await using var host = await InAsync("running", new FakeTimeProvider());
        await host.Fake("web1").EventAsync("RESET");
        await host.EventAsync("web1", "RESET");
        host.Fake("web1").Return("system_reset", "{}");
        var waiting = host.PostAsync("/vms/web1/reset?wait=10");
        await host.Fake("web1").ReceivedAsync("system_reset");
        (await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(1))).Problem("wait-timed-out", "/vms/web1/reset", ("vm", "web1"), ("command", "system_reset"));
    }

    [Fact]
    public async Task A_quit_with_a_wait_shows_the_SHUTDOWN()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var done = (await host.PostAsync("/vms/web1/quit?wait=30")).Ok();
        Assert.Equal(("SHUTDOWN", "host-qmp-quit"), (done.Text("event"), done.GetProperty("data").Text("reason")));
    }

    [Fact]
    public async Task A_refused_command_is_not_waited_for()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Refuse("system_wakeup");
        (await host.PostAsync("/vms/web1/wakeup?wait=300")).Problem(
            "command-refused", "/vms/web1/wakeup", ("vm", "web1"), ("command", "system_wakeup"), ("outcome", "refused"), ("qmpError", null));
    }

    [Fact]
    public async Task There_is_no_wait_for_nmi()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PostAsync("/vms/web1/nmi?wait=5")).Invalid("/vms/web1/nmi", "web1", "wait");
        Assert.Empty(host.Fake("web1").Sent);
    }

    [Fact]
    public async Task An_event_of_another_VM_completes_nothing()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1", "web2");
        var vm = host.Fake("web1");
        vm.Hang("system_reset");
        var waiting = host.PostAsync("/vms/web1/reset?wait=60");
        var command = await vm.ReceivedAsync("system_reset");
        await host.Fake("web2").EventAsync("RESET");
        await host.EventAsync("web2", "RESET");
        await vm.EventAsync("RESET");
        await vm.ReturnAsync(command);
        Assert.Equal("web1", (await waiting).Ok().Text("vm"));
    }

    private static async Task<GatewayHost> InAsync(string state, FakeTimeProvider? time = null)
    {
        var host = new GatewayHost("web1") { Time = time };
        host.Fake("web1").Status = FakeVm.StatusOf(state);
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        return host;
    }

    private static async Task AssertCompletesAsync(GatewayHost host, Task<Answer> answer, string command, string completion)
    {
        var entry = (await answer).Ok();
        Assert.Equal(
            ["id", "vm", "event", "origin", "timestamp", "receivedAt", "data"], entry.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(("web1", completion, "qemu"), (entry.Text("vm"), entry.Text("event"), entry.Text("origin")));
        Assert.Equal("2025-11-24T16:00:00.123456Z", entry.Text("timestamp"));
        Assert.Equal((await host.EventAsync("web1", completion)).GetRawText(), entry.GetRawText());
        Assert.Equal([command], host.Fake("web1").Sent);
    }
}
