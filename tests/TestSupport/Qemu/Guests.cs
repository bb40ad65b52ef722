namespace TestSupport.Qemu;

/// <summary>
/// Guests that make QEMU do one thing each. They mark <see cref="BootSector.Ready"/> on the debug console before they do it, and on
/// a later boot of the same QEMU where they do it only once.
/// </summary>
public static class Guests
{
    private const ushort PowerManagementStatus = 0x600;
    private const ushort PowerManagementEnable = 0x602;
    private const ushort PowerManagementControl = 0x604;
    private const ushort PowerButton = 1 << 8;

    // SLP_EN (bit 13) with SLP_TYP (bits 10-12), numbered as the pc machine's firmware tables number them.
    private const ushort PowerOff = 0x2000;
    private const ushort SuspendToMemory = 0x2400;
    private const ushort SuspendToDisk = 0x2800;

    /// <summary>Halts. It ignores the power button, as most boot sectors do.</summary>
    public static byte[] Idle => Ready.HaltForever().ToImage();

    /// <summary>Switches itself off: SHUTDOWN guest-shutdown.</summary>
    public static byte[] PowersOff => Ready.Out16(PowerManagementControl, PowerOff).HaltForever().ToImage();

    /// <summary>Resets through the keyboard controller, then idles: RESET guest-reset, at least once.</summary>
    public static byte[] ResetsOnce => Ready.OnFirstBootOnly(once => once.Out8(0x64, 0xFE).HaltForever()).HaltForever().ToImage();

    /// <summary>Resets at every boot, without end: a stream of RESET events.</summary>
    public static byte[] KeepsResetting => Ready.Out8(0x64, 0xFE).HaltForever().ToImage();

    /// <summary>Dies of a triple fault, then idles: RESET guest-reset.</summary>
    public static byte[] TripleFaults => Ready.OnFirstBootOnly(once => once.TripleFault()).HaltForever().ToImage();

    /// <summary>Panics, given <c>-device pvpanic</c>: GUEST_PANICKED.</summary>
    public static byte[] Panics => Ready.Out8(0x505, 1).HaltForever().ToImage();

    /// <summary>Hands over to a crash kernel, given <c>-device pvpanic</c>: GUEST_CRASHLOADED.</summary>
    public static byte[] CrashLoads => Ready.Out8(0x505, 2).HaltForever().ToImage();

    /// <summary>Suspends to memory: SUSPEND. The firmware reboots it after the wakeup, and it idles.</summary>
    public static byte[] Suspends =>
        Ready.OnFirstBootOnly(once => once.Out16(PowerManagementControl, SuspendToMemory).HaltForever()).HaltForever().ToImage();

    /// <summary>Suspends to disk: SUSPEND_DISK, then SHUTDOWN guest-shutdown.</summary>
    public static byte[] SuspendsToDisk => Ready.Out16(PowerManagementControl, SuspendToDisk).HaltForever().ToImage();

    /// <summary>Lets the watchdog run out, given <c>-device ib700</c>, then idles: WATCHDOG, once in the life of a QEMU.</summary>
    public static byte[] FiresWatchdog => Ready.OnFirstBootOnly(once => once.Out8(0x443, 0x0F)).HaltForever().ToImage();

    /// <summary>Lets the watchdog run out every 55 ms, given <c>-device ib700</c>: QEMU passes on one WATCHDOG a second.</summary>
    public static byte[] KeepsFiringWatchdog => Ready.Forever(loop => loop.Out8(0x443, 0x0F).Delay(1)).ToImage();

    /// <summary>Takes machine checks and marks each with <c>M</c>: MEMORY_FAILURE inject. A guest without a handler is reset.</summary>
    public static byte[] HandlesMachineChecks =>
        new BootSector().OnMachineCheck(handler => handler.EndMachineCheck().Mark('M')).Mark(BootSector.Ready).HaltForever().ToImage();

    /// <summary>Marks <c>M</c> in its first machine check and never ends it: the next one resets, with the flag <c>recursive</c>.</summary>
    public static byte[] NeverEndsMachineCheck =>
        new BootSector().OnMachineCheck(handler => handler.Mark('M').HaltForever()).Mark(BootSector.Ready).HaltForever().ToImage();

    /// <summary>Waits for the power button, then switches itself off: SHUTDOWN guest-shutdown after POWERDOWN.</summary>
    public static byte[] HonoursPowerButton =>
        new BootSector().Out16(PowerManagementEnable, PowerButton).Mark(BootSector.Ready).WaitFor16(PowerManagementStatus, PowerButton)
            .Out16(PowerManagementControl, PowerOff).HaltForever().ToImage();

    /// <summary>Reads sector 1 of the second disk, marks <c>D</c> when the BIOS has answered, then idles.</summary>
    public static byte[] ReadsSecondDisk => Ready.ReadSector(0x81, 1).Mark('D').HaltForever().ToImage();

    private static BootSector Ready => new BootSector().Mark(BootSector.Ready);
}
