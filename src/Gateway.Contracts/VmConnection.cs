namespace QmpGateway.Contracts;

/// <summary>The connection to a monitor.</summary>
public sealed record VmConnection
{
    /// <summary>
    /// The state: <c>connecting</c>, <c>connected</c>, <c>no-socket</c> (nothing is listening), <c>busy</c> (no greeting: another client holds the
    /// monitor, or QEMU is stopped), <c>stuck</c> (greeted, but QEMU's main loop does not run; on an established connection, commands are still sent),
    /// <c>not-qmp</c>, or <c>disconnected</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>When this state began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The reason for the state, as text; null if there is none.</summary>
    public string? Reason { get; init; }

    /// <summary>The number of connection attempts since then; 0 while connected.</summary>
    public required int Attempts { get; init; }

    /// <summary>When QEMU last sent a message; null before the first one.</summary>
    public DateTimeOffset? LastMessageAt { get; init; }
}
