using System.Text.Json;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>Each guest makes a real QEMU send the event that its name promises.</summary>
public sealed class GuestTests
{
    [Fact]
    public async Task A_guest_that_powers_off_ends_QEMU()
    {
        await using var qemu = await RunAsync(Guests.PowersOff);

        Assert.Equal("guest-shutdown", Reason(await qemu.Side.EventAsync("SHUTDOWN")));
        Assert.Equal(0, await qemu.WaitForExitAsync());
    }

    [Fact]
    public async Task Quit_shuts_down()
    {
        await using var qemu = await RunAsync(Guests.Idle);

        await qemu.Side.ExecuteAsync("quit");

        Assert.Equal("host-qmp-quit", Reason(await qemu.Side.EventAsync("SHUTDOWN")));
    }

    [Fact]
    public async Task SIGTERM_shuts_down()
    {
        await using var qemu = await RunAsync(Guests.Idle);

        qemu.Signal(QemuSignal.Terminate);

        Assert.Equal("host-signal", Reason(await qemu.Side.EventAsync("SHUTDOWN")));
        Assert.Equal(0, await qemu.WaitForExitAsync());
    }

    [Fact]
    public async Task SIGKILL_sends_nothing()
    {
        await using var qemu = await RunAsync(Guests.Idle);

        qemu.Signal(QemuSignal.Kill);

        Assert.DoesNotContain("SHUTDOWN", await qemu.Side.UntilClosedAsync());
        await qemu.WaitForExitAsync();
        Assert.True(qemu.HasExited);
    }

    [Fact]
    public async Task A_reset_by_the_guest_shuts_down_where_reboots_are_to()
    {
        await using var qemu = await RunAsync(Guests.ResetsOnce, "-action reboot=shutdown");

        Assert.Equal("guest-reset", Reason(await qemu.Side.EventAsync("SHUTDOWN")));
    }

    [Fact]
    public async Task A_reset_by_the_host_shuts_down_where_reboots_are_to()
    {
        await using var qemu = await RunAsync(Guests.Idle, "-no-reboot");

        await qemu.Side.ExecuteAsync("system_reset");

        Assert.Equal("host-qmp-system-reset", Reason(await qemu.Side.EventAsync("SHUTDOWN")));
    }

    [Theory]
    [InlineData(nameof(Guests.ResetsOnce))]
    [InlineData(nameof(Guests.TripleFaults))]
    public async Task A_guest_that_resets_boots_again(string guest)
    {
        await using var qemu = await RunAsync(guest == nameof(Guests.ResetsOnce) ? Guests.ResetsOnce : Guests.TripleFaults);

        Assert.Equal("guest-reset", Reason(await qemu.Side.EventAsync("RESET")));
        await qemu.WaitForMarksAsync("RR");
    }

    [Fact]
    public async Task A_guest_that_keeps_resetting_sends_a_stream_of_resets()
    {
        await using var qemu = await RunAsync(Guests.KeepsResetting);

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("guest-reset", Reason(await qemu.Side.EventAsync("RESET")));
        }
    }

    [Fact]
    public async Task A_reset_by_the_host_boots_again()
    {
        await using var qemu = await RunAsync(Guests.Idle);
        await qemu.WaitForMarksAsync("R");

        await qemu.Side.ExecuteAsync("system_reset");

        Assert.Equal("host-qmp-system-reset", Reason(await qemu.Side.EventAsync("RESET")));
        await qemu.WaitForMarksAsync("RR");
    }

    [Fact]
    public async Task The_power_button_is_a_wish_that_a_guest_may_honour()
    {
        await using var qemu = await RunAsync(Guests.HonoursPowerButton);
        await qemu.WaitForMarksAsync("R");

        await qemu.Side.ExecuteAsync("system_powerdown");

        await qemu.Side.EventAsync("POWERDOWN");
        Assert.Equal("guest-shutdown", Reason(await qemu.Side.EventAsync("SHUTDOWN")));
    }

    [Fact]
    public async Task The_power_button_is_a_wish_that_a_guest_may_ignore()
    {
        await using var qemu = await RunAsync(Guests.Idle);

        await qemu.Side.ExecuteAsync("system_powerdown");

        await qemu.Side.EventAsync("POWERDOWN");
        Assert.Equal("running", await qemu.Side.StatusAsync());
    }

    [Fact]
    public async Task A_guest_stops_and_goes_on()
    {
        await using var qemu = await RunAsync(Guests.Idle);

        await qemu.Side.ExecuteAsync("stop");
        await qemu.Side.EventAsync("STOP");
        Assert.Equal("paused", await qemu.Side.StatusAsync());

        await qemu.ContinueAsync();
        await qemu.Side.EventAsync("RESUME");
        Assert.Equal("running", await qemu.Side.StatusAsync());
    }

    [Fact]
    public async Task A_guest_that_suspends_can_be_woken_up()
    {
        await using var qemu = await RunAsync(Guests.Suspends);
        await qemu.Side.EventAsync("SUSPEND");
        await qemu.Side.WaitForStatusAsync("suspended");

        await qemu.Side.ExecuteAsync("system_wakeup");

        await qemu.Side.EventAsync("WAKEUP");
        await qemu.Side.WaitForStatusAsync("running");
        await qemu.WaitForMarksAsync("RR");
    }

    [Fact]
    public async Task A_guest_that_suspends_to_disk_shuts_down()
    {
        await using var qemu = await RunAsync(Guests.SuspendsToDisk);

        await qemu.Side.EventAsync("SUSPEND_DISK");
        Assert.Equal("guest-shutdown", Reason(await qemu.Side.EventAsync("SHUTDOWN")));
    }

    [Theory]
    [InlineData("reset", "RESET")]
    [InlineData("shutdown", "POWERDOWN")]
    [InlineData("pause", "STOP")]
    [InlineData("debug", null)]
    [InlineData("none", null)]
    [InlineData("inject-nmi", null)]
    public async Task The_watchdog_does_what_it_is_set_to(string action, string? consequence)
    {
        await using var qemu = await RunAsync(Guests.FiresWatchdog, $"-device ib700 -action watchdog={action}");

        Assert.Equal(action, Action(await qemu.Side.EventAsync("WATCHDOG")));
        if (consequence is not null)
        {
            await qemu.Side.EventAsync(consequence);
        }

        await qemu.Side.WaitForStatusAsync(action == "pause" ? "watchdog" : "running");
    }

    [Fact]
    public async Task A_watchdog_that_powers_off_ends_QEMU_without_a_SHUTDOWN()
    {
        await using var qemu = await RunAsync(Guests.FiresWatchdog, "-device ib700 -action watchdog=poweroff");

        Assert.Equal("poweroff", Action(await qemu.Side.EventAsync("WATCHDOG")));
        Assert.DoesNotContain("SHUTDOWN", await qemu.Side.UntilClosedAsync());
        Assert.Equal(0, await qemu.WaitForExitAsync());
    }

    [Fact]
    public async Task A_watchdog_that_keeps_firing_is_heard_again()
    {
        await using var qemu = await RunAsync(Guests.KeepsFiringWatchdog, "-device ib700 -action watchdog=none");

        await qemu.Side.EventAsync("WATCHDOG");
        await qemu.Side.EventAsync("WATCHDOG");
    }

    [Theory]
    [InlineData("pause", "pause", "guest-panicked")]
    [InlineData("none", "run", "running")]
    public async Task A_panic_that_does_not_end_QEMU_is_told_with_what_was_done(string panic, string action, string status)
    {
        await using var qemu = await RunAsync(Guests.Panics, $"-device pvpanic -action panic={panic}");

        Assert.Equal(action, Action(await qemu.Side.EventAsync("GUEST_PANICKED")));
        await qemu.Side.WaitForStatusAsync(status);
    }

    [Theory]
    [InlineData("shutdown", 0)]
    [InlineData("exit-failure", 1)]
    public async Task A_panic_that_ends_QEMU_is_told_before_the_SHUTDOWN(string panic, int exitCode)
    {
        await using var qemu = await RunAsync(Guests.Panics, $"-device pvpanic -action panic={panic}");

        Assert.Equal("poweroff", Action(await qemu.Side.EventAsync("GUEST_PANICKED")));
        Assert.Equal("guest-panic", Reason(await qemu.Side.EventAsync("SHUTDOWN")));
        Assert.Equal(exitCode, await qemu.WaitForExitAsync());
    }

    [Fact]
    public async Task A_guest_that_loads_its_crash_kernel_runs_on()
    {
        await using var qemu = await RunAsync(Guests.CrashLoads, "-device pvpanic");

        Assert.Equal("run", Action(await qemu.Side.EventAsync("GUEST_CRASHLOADED")));
        Assert.Equal("running", await qemu.Side.StatusAsync());
    }

    private static async Task<RealQemu> RunAsync(byte[] guest, string arguments = "")
    {
        var more = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var qemu = await RealQemu.StartAsync(new() { Guest = guest, Paused = true, Arguments = more });
        await qemu.ContinueAsync();
        return qemu;
    }

    private static string? Reason(JsonElement data) => data.GetProperty("reason").GetString();

    private static string? Action(JsonElement data) => data.GetProperty("action").GetString();
}
