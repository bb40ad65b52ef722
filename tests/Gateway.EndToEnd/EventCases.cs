using Gateway.EndToEnd.Support;
using TestSupport.Qemu;

namespace Gateway.EndToEnd;

/// <summary>One way to have QEMU send events.</summary>
/// <param name="Name">What happens.</param>
/// <param name="Guest">The guest, which does not run yet.</param>
/// <param name="Arguments">More of QEMU's command line.</param>
/// <param name="Do">Brings it about, by the gateway's routes.</param>
/// <param name="Expected">The events to come, in this order, among others: a name and its data.</param>
internal sealed record EventCase(string Name, byte[] Guest, string Arguments, Func<WatchedVm, Task> Do, params string[] Expected)
{
    /// <summary>Whether QEMU exits.</summary>
    public bool Ends { get; init; }
}

/// <summary>All run-state events that QEMU 7.2 can be made to send without KVM.</summary>
internal static class EventCases
{
    private const string MachineCheck = "mce 0 9 0xbd000000000000c0 0x5 0x900000 0x8c";
    private const string Panic = "-device pvpanic";
    private const string Dog = "-device ib700";
    private const string GuestShutdown = """SHUTDOWN {"guest":true,"reason":"guest-shutdown"}""";
    private const string GuestReset = """RESET {"guest":true,"reason":"guest-reset"}""";

    public static IReadOnlyList<EventCase> All { get; } =
    [
        new("the guest powers off", Guests.PowersOff, "", RunAsync, "RESUME", GuestShutdown) { Ends = true },
        new("quit", Guests.Idle, "", vm => Then(vm, "/quit?wait=20", "SHUTDOWN"),
            """SHUTDOWN {"guest":false,"reason":"host-qmp-quit"}""") { Ends = true },
        new("SIGTERM", Guests.Idle, "", TerminateAsync, """SHUTDOWN {"guest":false,"reason":"host-signal"}""") { Ends = true },
        new("a guest's reset where reboots are to shut down", Guests.ResetsOnce, "", vm => With(vm, """{"reboot":"shutdown"}"""),
            """SHUTDOWN {"guest":true,"reason":"guest-reset"}""") { Ends = true },
        new("a host's reset where reboots are to shut down", Guests.Idle, "", ResetIntoShutdownAsync,
            """SHUTDOWN {"guest":false,"reason":"host-qmp-system-reset"}""") { Ends = true },
        new("a panic that is to shut down", Guests.Panics, Panic, vm => With(vm, """{"panic":"shutdown"}"""),
            """GUEST_PANICKED {"action":"poweroff"}""", """SHUTDOWN {"guest":true,"reason":"guest-panic"}""") { Ends = true },
        new("a panic that is to end QEMU as failed", Guests.Panics, Panic, vm => With(vm, """{"panic":"exit-failure"}"""),
            """GUEST_PANICKED {"action":"poweroff"}""", """SHUTDOWN {"guest":true,"reason":"guest-panic"}""") { Ends = true },
        new("a panic that is to pause", Guests.Panics, Panic, vm => With(vm, """{"panic":"pause"}"""),
            """GUEST_PANICKED {"action":"pause"}""", "STOP"),
        new("a panic that changes nothing", Guests.Panics, Panic, vm => With(vm, """{"panic":"none"}"""),
            """GUEST_PANICKED {"action":"run"}"""),
        new("a guest that loads its crash kernel", Guests.CrashLoads, Panic, RunAsync, """GUEST_CRASHLOADED {"action":"run"}"""),
        new("the guest resets", Guests.ResetsOnce, "", RunAsync, GuestReset),
        new("a triple fault", Guests.TripleFaults, "", RunAsync, GuestReset),
        new("reset", Guests.Idle, "", vm => Then(vm, "/reset?wait=20", "RESET"),
            """RESET {"guest":false,"reason":"host-qmp-system-reset"}"""),
        new("the power button, ignored", Guests.Idle, "", vm => Then(vm, "/powerdown"), "POWERDOWN"),
        new("the power button, honoured", Guests.HonoursPowerButton, "", vm => Then(vm, "/powerdown?wait=20", "SHUTDOWN"),
            "POWERDOWN", GuestShutdown) { Ends = true },
        new("stop and cont", Guests.Idle, "", StopAndContinueAsync, "RESUME", "STOP", "RESUME"),
        new("the guest sleeps and is woken", Guests.Suspends, "", WakeAsync, "SUSPEND", "WAKEUP"),
        new("the guest hibernates", Guests.SuspendsToDisk, "", RunAsync, "SUSPEND_DISK", GuestShutdown) { Ends = true },
        Watchdog("reset", """RESET {"guest":true,"reason":"guest-reset"}"""),
        Watchdog("shutdown", "POWERDOWN"),
        Watchdog("pause", "STOP"),
        Watchdog("debug"),
        Watchdog("none"),
        Watchdog("inject-nmi"),
        Watchdog("poweroff") with { Ends = true },
        new("a machine check that the guest handles", Guests.HandlesMachineChecks, "", CheckAsync, Failure("inject")),
        new("a machine check that the guest does not handle", Guests.Idle, "", CheckAsync, Failure("reset"), GuestReset),
    ];

    private static EventCase Watchdog(string action, params string[] more) => new(
        $"the watchdog: {action}", Guests.FiresWatchdog, Dog,
        async vm =>
        {
            var actions = await vm.PutAsync("/watchdog", $$"""{"action":"{{action}}"}""");
            Same.Json($$"""{"reboot":null,"shutdown":null,"panic":null,"watchdog":"{{action}}"}""", actions);
            await vm.ContinueAsync();
        },
        [$$"""WATCHDOG {"action":"{{action}}"}""", .. more]);

    private static string Failure(string action) =>
        $$$"""MEMORY_FAILURE {"recipient":"guest","action":"{{{action}}}","flags":{"action-required":false,"recursive":false}}""";

    private static Task RunAsync(WatchedVm vm) => vm.ContinueAsync();

    private static async Task With(WatchedVm vm, string actions)
    {
        await vm.PutAsync("/actions", actions);
        await vm.ContinueAsync();
    }

    private static async Task Then(WatchedVm vm, string route, string? completion = null)
    {
        await RunAsync(vm);
        await vm.Qemu.WaitForMarksAsync("R");
        var answer = await vm.PostAsync(route);
        if (completion is null)
        {
            answer.NoContent();
        }
        else
        {
            Xunit.Assert.Equal(completion, answer.Json().Name());
        }
    }

    private static async Task TerminateAsync(WatchedVm vm)
    {
        await RunAsync(vm);
        vm.Qemu.Signal(QemuSignal.Terminate);
    }

    private static async Task ResetIntoShutdownAsync(WatchedVm vm)
    {
        await vm.PutAsync("/actions", """{"reboot":"shutdown"}""");
        await Then(vm, "/reset");
    }

    private static async Task StopAndContinueAsync(WatchedVm vm)
    {
        await Then(vm, "/stop?wait=20", "STOP");
        (await vm.PostAsync("/stop?wait=20")).NoContent();
        await RunAsync(vm);
        (await vm.PostAsync("/cont?wait=20")).NoContent();
    }

    private static async Task WakeAsync(WatchedVm vm)
    {
        await RunAsync(vm);
        (await vm.GetAsync("/status?until=suspended&timeout=20")).Json();
        Xunit.Assert.Equal("WAKEUP", (await vm.PostAsync("/wakeup?wait=20")).Json().Name());
    }

    private static async Task CheckAsync(WatchedVm vm)
    {
        await RunAsync(vm);
        await vm.Qemu.WaitForMarksAsync("R");
        await vm.Qemu.Side.HmpAsync(MachineCheck);
    }
}
