using System.Net.Sockets;
using System.Text.Json;
using Gateway.Vms;
using Xunit;

namespace Gateway.Tests.Vms;

/// <summary>What a gateway that starts again knows of its VMs: what the journal told last.</summary>
public sealed class RestartStateTests : IDisposable
{
    private readonly string data = GatewayHost.NewDirectory();

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task A_VM_that_is_away_keeps_status_cause_run_QEMU_and_commands()
    {
        JsonElement before;
        await using (var host = Host())
        {
            await host.StartAsync();
            await host.ConnectedAsync("web1");
            Commands.Typed.SampleQemu.DescribesItself(host.Fake("web1"));
            (await host.GetAsync("/vms/web1/commands")).Ok();
            await host.Fake("web1").BecomeAsync("guest-panicked", "GUEST_PANICKED", """{"action": "pause"}""");
            await PanickedAsync(host, 0);
            before = (await host.GetAsync("/vms/web1")).Ok();
        }

        await using var again = Host();
        again.Fake("web1").DialFailure = new SocketException((int)SocketError.HostUnreachable);
        await again.StartAsync();
        await again.EventuallyAsync(() => again.Snapshot("web1").Connection.State == ConnectionState.NoSocket, "no-socket");
        var after = (await again.GetAsync("/vms/web1")).Ok();
        foreach (var member in (string[])["status", "statusCause", "run", "qemu", "ended"])
        {
            Assert.Equal(before.GetProperty(member).GetRawText(), after.GetProperty(member).GetRawText());
        }

        Assert.NotEqual(JsonValueKind.Null, after.GetProperty("statusObservedAt").ValueKind);
        (await again.GetAsync("/vms/web1/commands")).Ok();
    }

    [Fact]
    public async Task A_state_that_did_not_change_is_not_told_again_and_keeps_its_cause()
    {
        string cause;
        await using (var host = Host())
        {
            await host.StartAsync();
            await host.ConnectedAsync("web1");
            await host.Fake("web1").BecomeAsync("guest-panicked", "GUEST_PANICKED", """{"action": "pause"}""");
            await PanickedAsync(host, 0);
            cause = (await host.GetAsync("/vms/web1")).Ok().GetProperty("statusCause").GetRawText();
        }

        await using var again = Host();
        var from = 0L;
        again.Fake("web1").Status = FakeVm.StatusOf("guest-panicked");
        await again.StartAsync();
        await again.EventAsync("web1", "VM_CONNECTED", where: static e => e.GetProperty("data").GetProperty("resumed").GetBoolean());
        Assert.Equal(cause, (await again.GetAsync("/vms/web1")).Ok().GetProperty("statusCause").GetRawText());
        from = (await again.EventAsync("web1", "VM_DISCONNECTED")).Id();
        again.Fake("web1").Status = FakeVm.Paused;
        await again.Fake("web1").EventAsync("STOP");
        var change = await again.EventAsync("web1", "VM_STATUS_CHANGED", from);
        Assert.Equal("guest-panicked", change.GetProperty("data").GetProperty("previous").Text("status"));
    }

    [Fact]
    public async Task A_QEMU_that_ended_meanwhile_is_told_as_ended_once()
    {
        await using (var host = Host())
        {
            await host.StartAsync();
            await host.ConnectedAsync("web1");
            await host.EventAsync("web1", "VM_STATUS_CHANGED");
        }

        foreach (var _ in Enumerable.Range(0, 2))
        {
            await using var again = Host();
            again.Fake("web1").IsListening = false;
            await again.StartAsync();
            await again.EventAsync("web1", "VM_ENDED");
            var vm = (await again.GetAsync("/vms/web1")).Ok();
            Assert.Equal(JsonValueKind.Null, vm.GetProperty("status").ValueKind);
            Assert.Equal(JsonValueKind.Null, vm.GetProperty("ended").GetProperty("reason").ValueKind);
            Assert.Single(await again.EventsAsync("web1", "VM_ENDED"));
        }
    }

    [Fact]
    public async Task A_VM_that_was_removed_and_named_again_is_a_new_one()
    {
        await using (var host = Host())
        {
            await host.StartAsync();
            await host.ConnectedAsync("web1");
            await host.EventAsync("web1", "VM_STATUS_CHANGED");
        }

        await using (var without = new GatewayHost { DataDirectory = data, KeepsData = true })
        {
            await without.StartAsync();
            await without.EventAsync("web1", "VM_REMOVED");
        }

        await using var again = Host();
        again.Fake("web1").DialFailure = new SocketException((int)SocketError.HostUnreachable);
        await again.StartAsync();
        Assert.Null(again.Snapshot("web1").Run);
    }

    private GatewayHost Host() => new("web1") { DataDirectory = data, KeepsData = true };

    private static Task<JsonElement> PanickedAsync(GatewayHost host, long after) => host.EventAsync(
        "web1", "VM_STATUS_CHANGED", after, static e => e.GetProperty("data").GetProperty("status").Text("status") == "guest-panicked");
}
