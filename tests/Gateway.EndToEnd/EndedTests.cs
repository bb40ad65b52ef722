using System.Text.Json;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>The end of a real QEMU's run: why it ended, and that its last words are never lost.</summary>
public sealed class EndedTests
{
    [Theory]
    [InlineData("off", "guest-shutdown", "SHUTDOWN")]
    [InlineData("panic", "guest-panic", "GUEST_PANICKED")]
    [InlineData("watchdog", null, "WATCHDOG")]
    [InlineData("SIGTERM", "host-signal", "SHUTDOWN")]
    [InlineData("quit", "host-qmp-quit", "SHUTDOWN")]
    [InlineData("SIGKILL", null, null)]
    public async Task Why_a_QEMU_ended_is_known(string how, string? reason, string? cause)
    {
        await using var qemu = await RealQemu.StartAsync(how switch
        {
            "off" => new() { Guest = Guests.PowersOff, Paused = true },
            "panic" => new() { Guest = Guests.Panics, Paused = true, Arguments = ["-device", "pvpanic", "-action", "panic=shutdown"] },
            "watchdog" => new() { Guest = Guests.FiresWatchdog, Paused = true, Arguments = ["-device", "ib700", "-action", "watchdog=poweroff"] },
            _ => new() { Guest = Guests.Idle },
        });
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        await gateway.WaitForConnectionAsync("x", "connected");
        var waiting = gateway.GetAsync("/vms/x/status?until=ended&timeout=30");
        switch (how)
        {
            case "SIGTERM": qemu.Signal(QemuSignal.Terminate); break;
            case "SIGKILL": qemu.Signal(QemuSignal.Kill); break;
            case "quit": (await gateway.PostAsync("/vms/x/quit")).NoContent(); break;
            default: (await gateway.PostAsync("/vms/x/cont")).NoContent(); break;
        }

        var ended = (await waiting).Json().GetProperty("ended");
        Assert.Equal(reason, ended.GetProperty("reason").GetString());
        var led = ended.GetProperty("cause");
        Assert.Equal(cause, led.ValueKind == JsonValueKind.Null ? null : led.GetProperty("event").GetString());
        Same.Json((await gateway.EventAsync("x", "VM_ENDED")).Data(), ended);
        var shown = (await gateway.GetAsync("/vms/x")).Json();
        Same.Json(ended, shown.GetProperty("ended"));
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("status").ValueKind);
        Assert.Single(await gateway.EventsAsync("vm=x&event=VM_ENDED"));
    }

    [Fact]
    public async Task A_QEMU_with_no_shutdown_lives_on_and_its_next_run_begins_anew()
    {
        await using var qemu = await RealQemu.StartAsync(new() { Guest = Guests.PowersOff, Arguments = ["-no-shutdown"] });
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        (await gateway.GetAsync("/vms/x/status?until=shutdown")).Json();
        Assert.Equal(JsonValueKind.Null, (await gateway.GetAsync("/vms/x")).Json().GetProperty("ended").ValueKind);

        qemu.Signal(QemuSignal.Kill);
        var ended = (await gateway.EventAsync("x", "VM_ENDED")).Data();
        Assert.Equal(JsonValueKind.Null, ended.GetProperty("reason").ValueKind);

        await qemu.RestartAsync();
        (await gateway.GetAsync("/vms/x/status?until=shutdown")).Json();
        Assert.Equal(JsonValueKind.Null, (await gateway.GetAsync("/vms/x")).Json().GetProperty("ended").ValueKind);
    }

    [Fact]
    public async Task A_discovered_QEMU_that_quits_is_answered_and_its_last_events_are_kept_whatever_the_load()
    {
        const int Rounds = 25;
        const int AtATime = 4;
        var directory = Directory.CreateTempSubdirectory("sockets-");
        try
        {
            await using var gateway = await RealGateway.StartAsync($"--Gateway:Discovery:Paths:0={directory.FullName}");
            for (var round = 0; round < Rounds; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, AtATime).Select(n => QuitAsync(gateway, directory.FullName, $"vm-{round}-{n}")));
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task QuitAsync(RealGateway gateway, string directory, string id)
    {
        await using var qemu = await RealQemu.StartAsync(new() { Machine = "none", Arguments = ["-qmp", $"unix:{directory}/{id}.qmp,server=on,wait=off"] });
        await gateway.EventAsync(id, "VM_CONNECTED");
        (await gateway.PostAsync($"/vms/{id}/quit")).NoContent();
        await gateway.EventAsync(id, "VM_REMOVED");
        var events = await gateway.EventsAsync($"vm={id}");
        string[] last = ["SHUTDOWN", "VM_DISCONNECTED", "VM_ENDED", "VM_REMOVED"];
        Assert.Equal(last, events.Select(History.Name).Where(last.Contains));
        Assert.Equal("host-qmp-quit", events.Single(static e => e.Name() == "VM_ENDED").Data().GetProperty("reason").GetString());
    }
}
