namespace Gateway.Vms;

/// <summary>Arguments of <c>set-action</c>.</summary>
public sealed class ActionsOptions
{
    /// <summary>What QEMU does when the guest reboots.</summary>
    public string? Reboot { get; init; }

    /// <summary>What QEMU does when the guest shuts down.</summary>
    public string? Shutdown { get; init; }

    /// <summary>What QEMU does when the guest panics.</summary>
    public string? Panic { get; init; }

    /// <summary>What QEMU does when the watchdog timer expires.</summary>
    public string? Watchdog { get; init; }
}
