namespace QmpGateway.Contracts;

/// <summary>What QEMU does when the watchdog's timer expires (QAPI: <c>watchdog-set-action</c>, since 2.11).</summary>
public sealed record PutWatchdog
{
    /// <summary><c>reset</c>, <c>shutdown</c>, <c>poweroff</c>, <c>pause</c>, <c>debug</c>, <c>none</c> or <c>inject-nmi</c>.</summary>
    public required string Action { get; init; }
}
