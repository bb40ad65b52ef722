using System.Net.Sockets;
using System.Text;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>One way to bring a QEMU into a run state.</summary>
/// <param name="Name">What happens.</param>
/// <param name="State">Where it leads.</param>
/// <param name="Options">How QEMU is started.</param>
/// <param name="Do">Brings it about, by the gateway's routes where it has one.</param>
/// <param name="Cause">What the gateway says led there: an event's name, or a command; null for a state that was there before.</param>
internal sealed record StateCase(string Name, string State, QemuOptions Options, Func<WatchedVm, Task> Do, string? Cause);

/// <summary>All run states that QEMU 7.2 can be brought into without KVM, but for those of a migration's source.</summary>
internal static class StateCases
{
    public static IReadOnlyList<StateCase> All { get; } =
    [
        new("before the first cont", "prelaunch", Paused(Guests.Idle), Nothing, Cause: null),
        new("reset while stopped", "prelaunch", Running(Guests.Idle), ResetWhileStoppedAsync, "system_reset"),
        new("preconfig", "prelaunch", Running(Guests.Idle, "-preconfig"), PreconfigAsync, Cause: null),
        new("out of preconfig", "running", Running(Guests.Idle, "-preconfig"),
            vm => vm.Qemu.Side.ExecuteAsync("x-exit-preconfig"), "RESUME"),
        new("cont", "running", Paused(Guests.Idle), vm => vm.ContinueAsync(), "cont"),
        new("step by step", "running", Running(Guests.Idle, "-singlestep"), SinglestepAsync, Cause: null),
        new("stop", "paused", Running(Guests.Idle), StopAsync, "stop"),
        new("stop behind the gateway's back", "paused", Running(Guests.Idle), vm => vm.Qemu.Side.ExecuteAsync("stop"), "STOP"),
        new("the guest sleeps", "suspended", Paused(Guests.Suspends), vm => vm.ContinueAsync(), "SUSPEND"),
        new("the guest powers off", "shutdown", Paused(Guests.PowersOff, "-no-shutdown"), vm => vm.ContinueAsync(), "SHUTDOWN"),
        new("the watchdog pauses", "watchdog", Paused(Guests.FiresWatchdog, "-device", "ib700", "-action", "watchdog=pause"),
            vm => vm.ContinueAsync(), "WATCHDOG"),
        new("the guest panics", "guest-panicked", Paused(Guests.Panics, "-device", "pvpanic", "-action", "panic=pause"),
            vm => vm.ContinueAsync(), "GUEST_PANICKED"),
        new("a disk fails", "io-error", Paused(Guests.ReadsSecondDisk, FailingDisk), vm => vm.ContinueAsync(), "BLOCK_IO_ERROR"),
        new("waiting for a migration", "inmigrate", Running(Guests.Idle, "-incoming", "defer"), Nothing, Cause: null),
        new("a debugger's step", "debug", Paused(Guests.Idle, "-gdb", "unix:gdb.sock,server=on,wait=off"), StepAsync, "STOP"),
    ];

    private static string[] FailingDisk =>
    [
        "-blockdev", "driver=null-co,node-name=zeroes,size=1048576,read-zeroes=on",
        "-blockdev", "driver=blkdebug,node-name=bad,image=zeroes,"
            + "inject-error.0.event=none,inject-error.0.iotype=read,inject-error.0.sector=1,inject-error.0.once=on",
        "-device", "virtio-blk,drive=bad,rerror=stop",
    ];

    private static QemuOptions Paused(byte[] guest, params string[] arguments) => Running(guest, arguments) with { Paused = true };

    private static QemuOptions Running(byte[] guest, params string[] arguments) => new() { Guest = guest, Arguments = arguments };

    private static Task Nothing(WatchedVm vm) => Task.CompletedTask;

    private static async Task StopAsync(WatchedVm vm) => Assert.Equal("STOP", (await vm.PostAsync("/stop?wait=20")).Json().Name());

    private static async Task ResetWhileStoppedAsync(WatchedVm vm)
    {
        await StopAsync(vm);
        (await vm.PostAsync("/reset")).NoContent();
    }

    private static async Task PreconfigAsync(WatchedVm vm)
    {
        await vm.PutAsync("/actions", """{"reboot":"reset","panic":"pause"}""");
        var refused = (await vm.PostAsync("/stop")).Problem(409, "command-refused");
        Assert.Equal("GenericError", refused.GetProperty("qmpError").GetProperty("class").GetString());
        Assert.Equal("refused", refused.GetProperty("outcome").GetString());
    }

    private static async Task SinglestepAsync(WatchedVm vm) =>
        Same.Json("""{"running":true,"singlestep":true,"status":"running"}""", (await vm.GetAsync("/status")).Json());

    private static async Task StepAsync(WatchedVm vm)
    {
        using var debugger = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await debugger.ConnectAsync(new UnixDomainSocketEndPoint(vm.Qemu.PathOf("gdb.sock")));
        await debugger.SendAsync(Encoding.ASCII.GetBytes("+$s#73"));

        // When the debugger goes, QEMU lets the guest run on.
        (await vm.GetAsync("/status?until=debug&timeout=20")).Json();
        Assert.Equal("debug", await vm.StatusAsync());
    }
}
