using System.Text.Json;
using Gateway.Access;
using Gateway.Vms;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class ReconnectTests
{
    [Fact]
    public async Task What_is_known_of_QEMU_survives_a_loss()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var before = (await host.GetAsync("/vms/web1")).Ok();
        host.Fake("web1").Reception = Reception.HangingUp;
        host.Fake("web1").HangUp();
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.NotQmp, "not-qmp");
        var after = (await host.GetAsync("/vms/web1")).Ok();
        foreach (var member in (string[])["status", "run", "qemu", "statusCause"])
        {
            Assert.Equal(before.GetProperty(member).GetRawText(), after.GetProperty(member).GetRawText());
        }

        Assert.NotEqual(JsonValueKind.Null, after.GetProperty("statusObservedAt").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, after.GetProperty("connection").GetProperty("lastMessageAt").ValueKind);
        Assert.Empty(await host.EventsAsync("web1", "VM_STATUS_CHANGED") is [_, .. var changes] ? changes : []);
    }

    [Fact]
    public async Task Before_the_first_connection_nothing_is_known()
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").IsListening = false;
        await host.StartAsync();
        var answer = await host.GetAsync("/vms/web1");
        var vm = answer.Ok();
        foreach (var member in (string[])["status", "statusObservedAt", "statusCause", "run", "qemu"])
        {
            Assert.Equal(JsonValueKind.Null, vm.GetProperty(member).ValueKind);
        }

        Assert.Null(answer.Header("ETag"));
    }

    [Fact]
    public async Task A_reconnect_to_the_same_process_is_the_same_run()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var run = host.Snapshot("web1").Run;
        var first = await host.EventAsync("web1", "VM_CONNECTED");
        host.Fake("web1").HangUp();
        var second = await host.EventAsync("web1", "VM_CONNECTED", first.Id());
        Assert.Equal(run, host.Snapshot("web1").Run);
        Assert.False(first.GetProperty("data").GetProperty("resumed").GetBoolean());
        Assert.True(second.GetProperty("data").GetProperty("resumed").GetBoolean());
        Assert.Equal($"\"{run}\"", (await host.GetAsync("/vms/web1")).Header("ETag"));
        Assert.Equal("gateway", second.GetProperty("origin").GetString());
        Assert.Equal(
            $$"""{"qemu":{"version":"7.2.22","package":"Fake 1:7.2"},"run":"{{run}}","endpoint":"{{GatewayHost.EndpointOf("web1")}}","status":{{FakeVm.Running}},"resumed":true}""",
            second.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Another_process_on_the_same_socket_is_another_run()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var (run, first) = (host.Snapshot("web1").Run, await host.EventAsync("web1", "VM_CONNECTED"));
        host.Fake("web1").Peer = "another process";
        host.Fake("web1").HangUp();
        await host.EventAsync("web1", "VM_CONNECTED", first.Id());
        Assert.NotEqual(run, host.Snapshot("web1").Run);
    }

    [Fact]
    public async Task Where_the_process_cannot_be_seen_a_reconnect_is_another_run()
    {
        await using var host = new GatewayHost("web1").Set("Gateway:Vms:web1:Actions:Panic", "pause");
        var vm = host.Fake("web1");
        vm.Peer = null;
        vm.Return("query-cpus-fast", """[{"thread-id": 71}, {"thread-id": 72}]""");
        await host.StartAsync();
        await vm.ReceivedAsync("set-action");
        (await host.PostAsync("/vms/web1/stop")).NoContent();
        (await host.PutAsync("/vms/web1/actions", """{"reboot":"shutdown"}""")).Ok();
        var first = await host.EventAsync("web1", "VM_STATUS_CHANGED", where: static e => e.GetProperty("data").GetProperty("status").Text("status") == "paused");
        var (run, cause) = (host.Snapshot("web1").Run, (await host.GetAsync("/vms/web1")).Ok().GetProperty("statusCause").GetRawText());

        vm.HangUp();
        await host.EventAsync("web1", "VM_CONNECTED", first.Id());
        await vm.ReceivedAsync("set-action", 3);

        Assert.NotEqual(run, host.Snapshot("web1").Run);
        (await host.PostAsync("/vms/web1/reset", null, ("If-Match", $"\"{run}\""))).Problem(
            "run-changed", "/vms/web1/reset", ("vm", "web1"), ("command", "system_reset"), ("outcome", "not-sent"));
        Assert.DoesNotContain("system_reset", vm.Sent);
        await host.EventuallyAsync(() => host.Vms.Get("web1").Actions.Panic is not null, "the actions");
        Assert.Equal("""{"reboot":null,"shutdown":null,"panic":"pause","watchdog":null}""", (await host.GetAsync("/vms/web1/actions")).Text);
        (await host.GetAsync("/vms/web1/status")).Ok();
        Assert.Equal(first.Id(), (await host.EventsAsync("web1", "VM_STATUS_CHANGED"))[^1].Id());
        Assert.Equal(cause, (await host.GetAsync("/vms/web1")).Ok().GetProperty("statusCause").GetRawText());
    }

    [Fact]
    public async Task A_loss_during_the_first_question_is_survived()
    {
        await using var host = new GatewayHost("web1");
        var vm = host.Fake("web1");
        vm.Peer = null;
        vm.Drop("query-status");
        await host.StartAsync();
        await vm.DialledAsync(2);
        vm.Behave("query-status");
        await host.EventuallyAsync(() => host.Snapshot("web1") is { Connection.State: ConnectionState.Connected, Status: not null }, "connected");
        (await host.GetAsync("/vms/web1/status")).Ok();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"status": 5}""")]
    [InlineData("{}")]
    public async Task An_answer_that_is_no_status_breaks_nothing(string garbage)
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").Status = garbage;
        await host.StartAsync();
        await host.EventAsync("web1", "VM_CONNECTED");
        (await host.GetAsync("/vms/web1/status")).Problem(
            "outcome-unknown", "/vms/web1/status", ("vm", "web1"), ("command", "query-status"));
        host.Fake("web1").Status = FakeVm.Paused;
        Assert.Equal(FakeVm.Paused, (await host.GetAsync("/vms/web1/status")).Text);
    }
}
