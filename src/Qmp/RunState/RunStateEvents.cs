namespace QmpGateway.Qmp;

/// <summary>The names of the events about the run state. Events for which no payload record is named carry no data.</summary>
public static class RunStateEvents
{
    /// <summary>
    /// The VM has shut down and QEMU is about to exit. With <c>-no-shutdown</c>, QEMU does not exit and a STOP event follows.
    /// Data: <see cref="ShutdownEvent"/>. (QAPI: SHUTDOWN, since 0.12)
    /// </summary>
    public const string Shutdown = "SHUTDOWN";

    /// <summary>The guest was asked to power down, for example by ACPI. It may ignore the request. (QAPI: POWERDOWN, since 0.12)</summary>
    public const string Powerdown = "POWERDOWN";

    /// <summary>
    /// The VM was reset. One reboot may cause several RESET events, because firmware may reset again. Data: <see cref="ResetEvent"/>.
    /// (QAPI: RESET, since 0.12)
    /// </summary>
    public const string Reset = "RESET";

    /// <summary>The VM stopped. The command <c>stop</c> sends no event if the VM is already stopped. (QAPI: STOP, since 0.12)</summary>
    public const string Stop = "STOP";

    /// <summary>The VM resumed. The command <c>cont</c> sends no event if the VM is already running. (QAPI: RESUME, since 0.12)</summary>
    public const string Resume = "RESUME";

    /// <summary>The guest suspended to memory, as in ACPI S3. (QAPI: SUSPEND, since 1.1)</summary>
    public const string Suspend = "SUSPEND";

    /// <summary>
    /// The guest hibernated: its memory is on disk, as in ACPI S4. QEMU then shuts down. (QAPI: SUSPEND_DISK, since 1.2)
    /// </summary>
    public const string SuspendDisk = "SUSPEND_DISK";

    /// <summary>The guest woke up from suspension and is running. (QAPI: WAKEUP, since 1.1)</summary>
    public const string Wakeup = "WAKEUP";

    /// <summary>
    /// The guest's watchdog expired. QEMU sends at most one such event a second and drops the others. The effect of the action may cause
    /// separate events. Data: <see cref="WatchdogEvent"/>. (QAPI: WATCHDOG, since 0.13)
    /// </summary>
    public const string Watchdog = "WATCHDOG";

    /// <summary>The guest's operating system panicked. Data: <see cref="GuestPanickedEvent"/>. (QAPI: GUEST_PANICKED, since 1.5)</summary>
    public const string GuestPanicked = "GUEST_PANICKED";

    /// <summary>
    /// The guest's operating system panicked and handles the panic itself, for example with a crash kernel.
    /// Data: <see cref="GuestCrashLoadedEvent"/>. (QAPI: GUEST_CRASHLOADED, since 5.0)
    /// </summary>
    public const string GuestCrashLoaded = "GUEST_CRASHLOADED";

    /// <summary>The guest requested a shutdown through its pvpanic device. (QAPI: GUEST_PVSHUTDOWN, since 9.1)</summary>
    public const string GuestPvShutdown = "GUEST_PVSHUTDOWN";

    /// <summary>The host's memory failed. Data: <see cref="MemoryFailureEvent"/>. (QAPI: MEMORY_FAILURE, since 5.2)</summary>
    public const string MemoryFailure = "MEMORY_FAILURE";
}
