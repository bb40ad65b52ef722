using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>Why a VM shut down or was reset. (QAPI: ShutdownCause, in events since 4.0)</summary>
/// <param name="Value">The value as QEMU spells it.</param>
[JsonConverter(typeof(QapiEnumConverter<ShutdownCause>))]
public readonly record struct ShutdownCause(string Value) : IQapiEnum<ShutdownCause>
{
    /// <summary>Nobody asked for a shutdown. (QAPI: none)</summary>
    public static ShutdownCause None { get; } = new("none");

    /// <summary>An error on the host's side leaves the guest unusable. (QAPI: host-error)</summary>
    public static ShutdownCause HostError { get; } = new("host-error");

    /// <summary>The command <c>quit</c>. (QAPI: host-qmp-quit)</summary>
    public static ShutdownCause HostQmpQuit { get; } = new("host-qmp-quit");

    /// <summary>The command <c>system_reset</c>. (QAPI: host-qmp-system-reset)</summary>
    public static ShutdownCause HostQmpSystemReset { get; } = new("host-qmp-system-reset");

    /// <summary>The QEMU process got a signal such as SIGTERM or SIGINT. (QAPI: host-signal)</summary>
    public static ShutdownCause HostSignal { get; } = new("host-signal");

    /// <summary>Somebody at QEMU's user interface, for example by closing its window. (QAPI: host-ui)</summary>
    public static ShutdownCause HostUi { get; } = new("host-ui");

    /// <summary>
    /// The guest asked to be shut down or suspended, through ACPI or what its hardware has instead. (QAPI: guest-shutdown)
    /// </summary>
    public static ShutdownCause GuestShutdown { get; } = new("guest-shutdown");

    /// <summary>The guest asked for a reset; in a SHUTDOWN, the reboot action made a shutdown of it. (QAPI: guest-reset)</summary>
    public static ShutdownCause GuestReset { get; } = new("guest-reset");

    /// <summary>The guest panicked and the panic action made a shutdown of it. (QAPI: guest-panic)</summary>
    public static ShutdownCause GuestPanic { get; } = new("guest-panic");

    /// <summary>
    /// A partial reset, which s390 guests use for kexec, kdump and booting. It sends no event and <c>-no-reboot</c> does not hold it.
    /// (QAPI: subsystem-reset)
    /// </summary>
    public static ShutdownCause SubsystemReset { get; } = new("subsystem-reset");

    /// <summary>A snapshot was loaded, and the machine reset for it. (QAPI: snapshot-load, since 7.2)</summary>
    public static ShutdownCause SnapshotLoad { get; } = new("snapshot-load");

    /// <inheritdoc/>
    public static IReadOnlyList<ShutdownCause> Known { get; } =
    [
        None, HostError, HostQmpQuit, HostQmpSystemReset, HostSignal, HostUi, GuestShutdown, GuestReset, GuestPanic, SubsystemReset,
        SnapshotLoad,
    ];

    /// <inheritdoc/>
    public static ShutdownCause Of(string value) => new(value);

    /// <summary>The value as QEMU spells it.</summary>
    public override string ToString() => Value ?? "";
}
