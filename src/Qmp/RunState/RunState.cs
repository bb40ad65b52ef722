using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>
/// The run state of a VM. QEMU does not send an event for every change; read the state again with <c>query-status</c>. (QAPI: RunState; the
/// schema gives a version only for colo)
/// </summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<RunState>))]
public readonly record struct RunState(string Value) : IQapiEnum<RunState>
{
    /// <summary>Stopped by a debugger that is attached to QEMU's gdb stub. (QAPI: debug)</summary>
    public static RunState Debug { get; } = new("debug");

    /// <summary>
    /// Waiting for an incoming migration. Whether the guest runs afterwards depends on <c>-S</c> and on each <c>stop</c> and <c>cont</c>
    /// since QEMU started. (QAPI: inmigrate)
    /// </summary>
    public static RunState Inmigrate { get; } = new("inmigrate");

    /// <summary>QEMU had an internal error and cannot continue to run the guest. (QAPI: internal-error)</summary>
    public static RunState InternalError { get; } = new("internal-error");

    /// <summary>
    /// A disk request failed, and the device is configured to stop the VM on errors (<c>rerror</c>, <c>werror</c>). (QAPI: io-error)
    /// </summary>
    public static RunState IoError { get; } = new("io-error");

    /// <summary>Stopped by the command <c>stop</c>. (QAPI: paused)</summary>
    public static RunState Paused { get; } = new("paused");

    /// <summary>Stopped because the VM has been migrated away successfully. (QAPI: postmigrate)</summary>
    public static RunState Postmigrate { get; } = new("postmigrate");

    /// <summary>
    /// The guest has not run yet: QEMU was started with <c>-S</c> or is in preconfig. A stopped VM also enters this state when it is reset. (QAPI:
    /// prelaunch)
    /// </summary>
    public static RunState Prelaunch { get; } = new("prelaunch");

    /// <summary>Stopped for the last phase of an outgoing migration. (QAPI: finish-migrate)</summary>
    public static RunState FinishMigrate { get; } = new("finish-migrate");

    /// <summary>Stopped while a saved VM state is loaded. (QAPI: restore-vm)</summary>
    public static RunState RestoreVm { get; } = new("restore-vm");

    /// <summary>The guest is running. (QAPI: running)</summary>
    public static RunState Running { get; } = new("running");

    /// <summary>Stopped while the VM's state is saved. (QAPI: save-vm)</summary>
    public static RunState SaveVm { get; } = new("save-vm");

    /// <summary>
    /// The guest has shut down, and QEMU keeps running because of <c>-no-shutdown</c> or the shutdown action <c>pause</c>. (QAPI: shutdown)
    /// </summary>
    public static RunState Shutdown { get; } = new("shutdown");

    /// <summary>The guest is suspended to memory (ACPI S3). (QAPI: suspended)</summary>
    public static RunState Suspended { get; } = new("suspended");

    /// <summary>The guest's watchdog expired while its action was <c>pause</c>. (QAPI: watchdog)</summary>
    public static RunState Watchdog { get; } = new("watchdog");

    /// <summary>The guest's operating system panicked and QEMU stopped the VM. (QAPI: guest-panicked)</summary>
    public static RunState GuestPanicked { get; } = new("guest-panicked");

    /// <summary>
    /// Stopped to take or load a COLO checkpoint. Requires the migration capability <c>x-colo</c>. (QAPI: colo, since 2.8)
    /// </summary>
    public static RunState Colo { get; } = new("colo");

    /// <inheritdoc/>
    public static IReadOnlyList<RunState> Known { get; } =
    [
        Debug, Inmigrate, InternalError, IoError, Paused, Postmigrate, Prelaunch, FinishMigrate, RestoreVm, Running, SaveVm, Shutdown,
        Suspended, Watchdog, GuestPanicked, Colo,
    ];

    /// <inheritdoc/>
    public static RunState Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}
