namespace QmpGateway.Contracts;

/// <summary>
/// What QEMU does when the guest reboots, shuts down, panics or lets its watchdog expire (QAPI: <c>set-action</c>, since 6.0). In a
/// response, <c>null</c> means that the gateway has not set the action on this run of QEMU: QMP cannot read actions back.
/// </summary>
public sealed record VmActions
{
    /// <summary>When the guest reboots: <c>reset</c> or <c>shutdown</c>.</summary>
    public string? Reboot { get; init; }

    /// <summary>When the guest shuts down: <c>poweroff</c> or <c>pause</c>.</summary>
    public string? Shutdown { get; init; }

    /// <summary>When the guest panics: <c>pause</c>, <c>shutdown</c>, <c>exit-failure</c> (since 7.1) or <c>none</c>.</summary>
    public string? Panic { get; init; }

    /// <summary>When the watchdog's timer expires: <c>reset</c>, <c>shutdown</c>, <c>poweroff</c>, <c>pause</c>, <c>debug</c>, <c>none</c> or <c>inject-nmi</c>.</summary>
    public string? Watchdog { get; init; }
}
