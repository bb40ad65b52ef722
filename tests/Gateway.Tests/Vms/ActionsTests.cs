using Gateway.Access;
using Gateway.Vms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class ActionsTests
{
    private const string Unknown = """{"reboot":null,"shutdown":null,"panic":null,"watchdog":null}""";

    [Fact]
    public async Task What_this_gateway_has_set_is_known_and_nothing_else()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        Assert.Equal(Unknown, (await host.GetAsync("/vms/web1/actions")).Text);
        var set = await host.PutAsync("/vms/web1/actions", """{"panic":"exit-failure","reboot":"shutdown"}""");
        Assert.Equal("""{"reboot":"shutdown","shutdown":null,"panic":"exit-failure","watchdog":null}""", set.Ok().GetRawText());
        var watchdog = await host.PutAsync("/vms/web1/watchdog", """{"action":"inject-nmi"}""");
        Assert.Equal("""{"reboot":"shutdown","shutdown":null,"panic":"exit-failure","watchdog":"inject-nmi"}""", watchdog.Ok().GetRawText());
        Assert.Equal(watchdog.Text, (await host.GetAsync("/vms/web1/actions")).Text);
        Assert.Equal(["set-action", "watchdog-set-action"], host.Fake("web1").Sent);
        var sent = host.Fake("web1").Received.Where(static c => c.Name != "query-status").Select(static c => c.Arguments.GetRawText());
        Assert.Equal(["""{"reboot":"shutdown","panic":"exit-failure"}""", """{"action":"inject-nmi"}"""], sent);
    }

    [Fact]
    public async Task What_was_answered_can_be_sent_back_and_null_leaves_an_action_as_it_is()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.PutAsync("/vms/web1/actions", """{"panic":"none"}""");
        var shown = (await host.GetAsync("/vms/web1/actions")).Text;
        Assert.Equal(shown, (await host.PutAsync("/vms/web1/actions", shown)).Ok().GetRawText());
        (await host.PutAsync("/vms/web1/actions", Unknown)).Invalid(
            "/vms/web1/actions", "web1", "reboot", "shutdown", "panic", "watchdog");
        var sent = host.Fake("web1").Received.Where(static c => c.Name == "set-action").Select(static c => c.Arguments.GetRawText());
        Assert.Equal(["""{"panic":"none"}""", """{"panic":"none"}"""], sent);
    }

    [Fact]
    public async Task Raw_QMP_sets_them_too_and_other_commands_set_none()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PostAsync("/vms/web1/qmp", """{"execute":"set-action","arguments":{"shutdown":"pause"}}""")).Ok();
        host.Fake("web1").Return("query-block", "[]");
        (await host.PostAsync("/vms/web1/qmp", """{"execute":"query-block","arguments":{"action":"reset"}}""")).Ok();
        Assert.Equal("""{"reboot":null,"shutdown":"pause","panic":null,"watchdog":null}""", (await host.GetAsync("/vms/web1/actions")).Text);
    }

    [Fact]
    public async Task Raw_arguments_that_are_no_actions_are_QEMUs_to_judge()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        (await host.PostAsync("/vms/web1/qmp", """{"execute":"set-action","arguments":{"shutdown":5}}""")).Ok();
        Assert.Equal(Unknown, (await host.GetAsync("/vms/web1/actions")).Text);
    }

    [Fact]
    public async Task What_QEMU_refused_stays_as_it_was()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.PutAsync("/vms/web1/actions", """{"panic":"none"}""");
        host.Fake("web1").Refuse("set-action");
        (await host.PutAsync("/vms/web1/actions", """{"panic":"pause"}""")).Problem(
            "command-refused", "/vms/web1/actions", ("vm", "web1"), ("command", "set-action"), ("outcome", "refused"), ("qmpError", null));
        Assert.Contains("""
            "panic":"none"
            """.Trim(), (await host.GetAsync("/vms/web1/actions")).Text);
    }

    [Fact]
    public async Task A_timeout_makes_unknown_what_it_was_about_until_the_answer_comes()
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        var vm = host.Fake("web1");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.PutAsync("/vms/web1/actions", """{"panic":"none","reboot":"reset"}""");
        vm.Hang("set-action");
        var hung = host.PutAsync("/vms/web1/actions", """{"panic":"pause"}""");
        var command = await vm.ReceivedAsync("set-action", 2);
        host.Time!.Advance(TimeSpan.FromSeconds(10));
        (await hung).Problem("timed-out", "/vms/web1/actions", ("vm", "web1"), ("command", "set-action"), ("outcome", "unknown"));
        Assert.Equal("""{"reboot":"reset","shutdown":null,"panic":null,"watchdog":null}""", (await host.GetAsync("/vms/web1/actions")).Text);
        await vm.ReturnAsync(command);
        await host.EventAsync("web1", "COMMAND_FINISHED_LATE");
        Assert.Equal("""{"reboot":"reset","shutdown":null,"panic":"pause","watchdog":null}""", (await host.GetAsync("/vms/web1/actions")).Text);
    }

    [Fact]
    public async Task A_new_run_makes_all_unknown_and_a_reconnect_none()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await host.PutAsync("/vms/web1/actions", """{"panic":"none"}""");
        await ReconnectAsync(host, "fake");
        Assert.NotEqual(Unknown, (await host.GetAsync("/vms/web1/actions")).Text);
        await ReconnectAsync(host, "another process");
        Assert.Equal(Unknown, (await host.GetAsync("/vms/web1/actions")).Text);
    }

    [Fact]
    public async Task Configured_actions_are_sent_once_to_each_new_run()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Vms:web1:Actions:Panic", "pause").Set("Gateway:Vms:web1:Actions:Watchdog", "none");
        await host.StartAsync();
        var first = await host.Fake("web1").ReceivedAsync("set-action");
        Assert.Equal("""{"panic":"pause","watchdog":"none"}""", first.Arguments.GetRawText());
        await host.EventuallyAsync(() => host.Vms.Get("web1").Actions.Panic is not null, "the acknowledgement");
        await ReconnectAsync(host, "fake");
        await ReconnectAsync(host, "another process");
        await host.EventuallyAsync(() => host.Vms.Get("web1").Actions.Panic is not null, "the second acknowledgement");
        Assert.Equal(["set-action", "set-action"], host.Fake("web1").Sent);
    }

    [Fact]
    public async Task A_QEMU_that_refuses_the_configured_actions_is_served_all_the_same()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Vms:web1:Actions:Panic", "pause");
        host.Fake("web1").Refuse("set-action", "CommandNotFound");
        await host.StartAsync();
        await host.Fake("web1").ReceivedAsync("set-action");
        (await host.GetAsync("/vms/web1/status")).Ok();
        Assert.Equal(Unknown, (await host.GetAsync("/vms/web1/actions")).Text);
    }

    private static async Task ReconnectAsync(GatewayHost host, string peer)
    {
        var before = host.Journal.LastAppended;
        host.Fake("web1").Peer = peer;
        host.Fake("web1").HangUp();
        await host.EventAsync("web1", "VM_CONNECTED", before);
    }
}
