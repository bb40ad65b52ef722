using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>Why a VM shut down or was reset. (QAPI: ShutdownCause, in events since 4.0)</summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<ShutdownCause>))]
public readonly record struct ShutdownCause(string Value) : IQapiEnum<ShutdownCause>
{
    /// <summary>No shutdown was requested. (QAPI: none)</summary>
    public static ShutdownCause None { get; } = new("none");

    /// <summary>An error on the host made the guest unusable. (QAPI: host-error)</summary>
    public static ShutdownCause HostError { get; } = new("host-error");

    /// <summary>The command <c>quit</c>. (QAPI: host-qmp-quit)</summary>
    public static ShutdownCause HostQmpQuit { get; } = new("host-qmp-quit");

    /// <summary>The command <c>system_reset</c>. (QAPI: host-qmp-system-reset)</summary>
    public static ShutdownCause HostQmpSystemReset { get; } = new("host-qmp-system-reset");

    /// <summary>The QEMU process received a signal such as SIGTERM or SIGINT. (QAPI: host-signal)</summary>
    public static ShutdownCause HostSignal { get; } = new("host-signal");

    /// <summary>An action in QEMU's user interface, such as closing its window. (QAPI: host-ui)</summary>
    public static ShutdownCause HostUi { get; } = new("host-ui");

    /// <summary>
    /// The guest requested a shutdown or suspension, through ACPI or an equivalent of its hardware. (QAPI: guest-shutdown)
    /// </summary>
    public static ShutdownCause GuestShutdown { get; } = new("guest-shutdown");

    /// <summary>The guest requested a reset. In a SHUTDOWN event, the reboot action turned the reset into a shutdown. (QAPI: guest-reset)</summary>
    public static ShutdownCause GuestReset { get; } = new("guest-reset");

    /// <summary>The guest panicked, and the panic action turned the panic into a shutdown. (QAPI: guest-panic)</summary>
    public static ShutdownCause GuestPanic { get; } = new("guest-panic");

    /// <summary>
    /// A partial reset, which s390 guests use for kexec, kdump and booting. It sends no event, and <c>-no-reboot</c> does not prevent it.
    /// (QAPI: subsystem-reset)
    /// </summary>
    public static ShutdownCause SubsystemReset { get; } = new("subsystem-reset");

    /// <summary>The machine was reset to load a snapshot. (QAPI: snapshot-load, since 7.2)</summary>
    public static ShutdownCause SnapshotLoad { get; } = new("snapshot-load");

    /// <inheritdoc/>
    public static IReadOnlyList<ShutdownCause> Known { get; } =
    [
        None, HostError, HostQmpQuit, HostQmpSystemReset, HostSignal, HostUi, GuestShutdown, GuestReset, GuestPanic, SubsystemReset,
        SnapshotLoad,
    ];

    /// <inheritdoc/>
    public static ShutdownCause Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}
