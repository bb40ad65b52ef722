using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>What QEMU does when the guest reboots. (QAPI: RebootAction, since 6.0)</summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<RebootAction>))]
public readonly record struct RebootAction(string Value) : IQapiEnum<RebootAction>
{
    /// <summary>Reset the VM and continue. (QAPI: reset)</summary>
    public static RebootAction Reset { get; } = new("reset");

    /// <summary>Treat it as a shutdown, to which the shutdown action applies. (QAPI: shutdown)</summary>
    public static RebootAction Shutdown { get; } = new("shutdown");

    /// <inheritdoc/>
    public static IReadOnlyList<RebootAction> Known { get; } = [Reset, Shutdown];

    /// <inheritdoc/>
    public static RebootAction Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>What QEMU does when the guest shuts down. (QAPI: ShutdownAction, since 6.0)</summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<ShutdownAction>))]
public readonly record struct ShutdownAction(string Value) : IQapiEnum<ShutdownAction>
{
    /// <summary>Shut the VM down and end the QEMU process. (QAPI: poweroff)</summary>
    public static ShutdownAction Poweroff { get; } = new("poweroff");

    /// <summary>Keep QEMU and leave the VM stopped. (QAPI: pause)</summary>
    public static ShutdownAction Pause { get; } = new("pause");

    /// <inheritdoc/>
    public static IReadOnlyList<ShutdownAction> Known { get; } = [Poweroff, Pause];

    /// <inheritdoc/>
    public static ShutdownAction Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>What QEMU does when the guest's operating system panics. (QAPI: PanicAction, since 6.0)</summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<PanicAction>))]
public readonly record struct PanicAction(string Value) : IQapiEnum<PanicAction>
{
    /// <summary>Stop the VM, so that it can be examined. (QAPI: pause)</summary>
    public static PanicAction Pause { get; } = new("pause");

    /// <summary>Treat it as a shutdown, to which the shutdown action applies. (QAPI: shutdown)</summary>
    public static PanicAction Shutdown { get; } = new("shutdown");

    /// <summary>
    /// Shut the VM down and end the QEMU process with a failure status. (QAPI: exit-failure, since 7.1)
    /// </summary>
    public static PanicAction ExitFailure { get; } = new("exit-failure");

    /// <summary>Let the VM continue to run. (QAPI: none)</summary>
    public static PanicAction None { get; } = new("none");

    /// <inheritdoc/>
    public static IReadOnlyList<PanicAction> Known { get; } = [Pause, Shutdown, ExitFailure, None];

    /// <inheritdoc/>
    public static PanicAction Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>What QEMU does when the guest's watchdog expires. (QAPI: WatchdogAction, since 2.1)</summary>
/// <param name="Value">The value as QEMU sends it.</param>
[JsonConverter(typeof(QapiEnumConverter<WatchdogAction>))]
public readonly record struct WatchdogAction(string Value) : IQapiEnum<WatchdogAction>
{
    /// <summary>Reset the VM. (QAPI: reset)</summary>
    public static WatchdogAction Reset { get; } = new("reset");

    /// <summary>Ask the guest to power down, as <c>system_powerdown</c> does. A hung guest ignores the request. (QAPI: shutdown)</summary>
    public static WatchdogAction Shutdown { get; } = new("shutdown");

    /// <summary>End the QEMU process. QEMU 7.2 sends no SHUTDOWN event in this case. (QAPI: poweroff)</summary>
    public static WatchdogAction Poweroff { get; } = new("poweroff");

    /// <summary>Stop the VM, as <c>stop</c> does. (QAPI: pause)</summary>
    public static WatchdogAction Pause { get; } = new("pause");

    /// <summary>
    /// Write a line to QEMU's standard error and let the VM continue to run. The VM does not enter the state <c>debug</c>. (QAPI: debug)
    /// </summary>
    public static WatchdogAction Debug { get; } = new("debug");

    /// <summary>Only send the event. (QAPI: none)</summary>
    public static WatchdogAction None { get; } = new("none");

    /// <summary>Send a non-maskable interrupt to the first processor; on x86, to all processors. (QAPI: inject-nmi, since 2.4)</summary>
    public static WatchdogAction InjectNmi { get; } = new("inject-nmi");

    /// <inheritdoc/>
    public static IReadOnlyList<WatchdogAction> Known { get; } = [Reset, Shutdown, Poweroff, Pause, Debug, None, InjectNmi];

    /// <inheritdoc/>
    public static WatchdogAction Of(string value) => new(value);

    /// <summary>The value as QEMU sends it.</summary>
    public override string ToString() => Value ?? "";
}
