using Gateway.Vms;
using Xunit;
using static Gateway.Tests.Vms.QuietVm;

namespace Gateway.Tests.Vms;

/// <summary>A QEMU whose main loop hangs is stuck, and holds nobody else.</summary>
public sealed class StuckTests
{
    [Fact]
    public async Task A_QEMU_that_leaves_two_questions_unanswered_is_stuck_until_it_answers()
    {
        await using var host = await QuietAsync();
        var vm = host.Fake("web1");
        vm.Hang("query-status");
        host.Time!.Advance(TimeSpan.FromSeconds(5));
        await vm.ReceivedAsync("query-status", 2);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        var question = await host.AdvanceUntilAsync(vm.ReceivedAsync("query-status", 3), TimeSpan.FromMilliseconds(100));
        Assert.Equal(ConnectionState.Connected, host.Snapshot("web1").Connection.State);
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.Stuck, "stuck", TimeSpan.FromSeconds(1));
        var stuck = await host.EventAsync("web1", "VM_CONNECTION_CHANGED");
        Assert.Equal(("stuck", "connected"), (stuck.GetProperty("data").Text("state"), stuck.GetProperty("data").Text("previous")));
        var shown = (await host.GetAsync("/vms/web1")).Ok().GetProperty("connection");
        Assert.Equal(("stuck", 0, stuck.GetProperty("data").Text("reason")), (shown.Text("state"), shown.GetProperty("attempts").GetInt32(), shown.Text("reason")));
        Assert.Matches("qmp_gateway_vm_connected{.*vm=\"web1\".*} 1", (await host.GetAsync("/metrics")).Text);
        (await host.PostAsync("/vms/web1/nmi")).NoContent();
        Assert.Equal(3, vm.Received.Count(static command => command.Name == "query-status"));

        vm.Behave("query-status");
        await vm.ReturnAsync(question, FakeVm.Running);
        var back = await host.EventAsync("web1", "VM_CONNECTION_CHANGED", stuck.Id());
        Assert.Equal("""{"state":"connected","previous":"stuck","reason":null}""", back.GetProperty("data").GetRawText());
        Assert.Single(await host.EventsAsync("web1", "VM_CONNECTED", "VM_DISCONNECTED"));
        Assert.Equal(ConnectionState.Connected, host.Snapshot("web1").Connection.State);
    }

    [Fact]
    public async Task A_stuck_QEMU_that_ends_is_disconnected()
    {
        await using var host = await QuietAsync();
        var vm = host.Fake("web1");
        vm.Hang("query-status");
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.Stuck, "stuck", TimeSpan.FromSeconds(1));
        vm.Behave("query-status");
        vm.HangUp();
        await host.EventAsync("web1", "VM_DISCONNECTED");
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.Connected, "connected", TimeSpan.FromMilliseconds(10));
        Assert.Equal(
            ["VM_CONNECTED", "VM_CONNECTION_CHANGED", "VM_DISCONNECTED", "VM_CONNECTED"],
            (await host.EventsAsync("web1", "VM_CONNECTED", "VM_CONNECTION_CHANGED", "VM_DISCONNECTED")).Select(static entry => entry.Text("event")));
    }

    [Fact]
    public async Task A_hung_QEMU_holds_nobody_who_forgets_it()
    {
        await using var host = await QuietAsync();
        var vm = host.Fake("late");
        vm.Hang("query-status");
        (await host.PutAsync("/vms/late", $$"""{"endpoint":"{{GatewayHost.EndpointOf("late")}}"}""")).Ok(201);
        await host.EventuallyAsync(() => host.Snapshot("late").Connection.State == ConnectionState.Connected, "connected", TimeSpan.FromSeconds(2));
        host.Time!.Advance(TimeSpan.FromSeconds(5));
        await vm.ReceivedAsync("query-status", 2);
        (await host.SendAsync("DELETE", "/vms/late")).NoContent();
    }
}
