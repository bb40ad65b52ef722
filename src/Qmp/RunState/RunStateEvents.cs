namespace QmpGateway.Qmp;

/// <summary>The names of the events about the run state. Those without a payload record carry no data.</summary>
public static class RunStateEvents
{
    /// <summary>
    /// The VM has shut down and QEMU is about to exit, unless <c>-no-shutdown</c> keeps it: then a STOP follows.
    /// Data: <see cref="ShutdownEvent"/>. (QAPI: SHUTDOWN, since 0.12)
    /// </summary>
    public const string Shutdown = "SHUTDOWN";

    /// <summary>The guest was asked to power down, for example by ACPI; it may not follow. (QAPI: POWERDOWN, since 0.12)</summary>
    public const string Powerdown = "POWERDOWN";

    /// <summary>
    /// The VM was reset. One reboot of a guest may send several, as firmware resets again. Data: <see cref="ResetEvent"/>.
    /// (QAPI: RESET, since 0.12)
    /// </summary>
    public const string Reset = "RESET";

    /// <summary>The VM stopped. A <c>stop</c> on a stopped VM sends none. (QAPI: STOP, since 0.12)</summary>
    public const string Stop = "STOP";

    /// <summary>The VM runs again. A <c>cont</c> on a running VM sends none. (QAPI: RESUME, since 0.12)</summary>
    public const string Resume = "RESUME";

    /// <summary>The guest went to sleep with its memory kept, as in ACPI S3. (QAPI: SUSPEND, since 1.1)</summary>
    public const string Suspend = "SUSPEND";

    /// <summary>
    /// The guest hibernated: its memory is on disk, as in ACPI S4. QEMU shuts down after it. (QAPI: SUSPEND_DISK, since 1.2)
    /// </summary>
    public const string SuspendDisk = "SUSPEND_DISK";

    /// <summary>The guest woke up from its sleep and runs. (QAPI: WAKEUP, since 1.1)</summary>
    public const string Wakeup = "WAKEUP";

    /// <summary>
    /// The guest's watchdog expired. QEMU sends at most one a second and drops those between; what the action brings about is told by
    /// events of its own, if at all. Data: <see cref="WatchdogEvent"/>. (QAPI: WATCHDOG, since 0.13)
    /// </summary>
    public const string Watchdog = "WATCHDOG";

    /// <summary>The guest's operating system panicked. Data: <see cref="GuestPanickedEvent"/>. (QAPI: GUEST_PANICKED, since 1.5)</summary>
    public const string GuestPanicked = "GUEST_PANICKED";

    /// <summary>
    /// The guest's operating system panicked and handles it by itself, for example with a crash kernel.
    /// Data: <see cref="GuestCrashLoadedEvent"/>. (QAPI: GUEST_CRASHLOADED, since 5.0)
    /// </summary>
    public const string GuestCrashLoaded = "GUEST_CRASHLOADED";

    /// <summary>The guest asked to be shut down through its pvpanic device. (QAPI: GUEST_PVSHUTDOWN, since 9.1)</summary>
    public const string GuestPvShutdown = "GUEST_PVSHUTDOWN";

    /// <summary>Memory of the host failed. Data: <see cref="MemoryFailureEvent"/>. (QAPI: MEMORY_FAILURE, since 5.2)</summary>
    public const string MemoryFailure = "MEMORY_FAILURE";
}
