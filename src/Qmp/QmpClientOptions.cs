namespace QmpGateway.Qmp;

/// <summary>The options of a <see cref="QmpClient"/>. Each phase of connecting has a separate timeout.</summary>
public sealed class QmpClientOptions
{
    /// <summary>How long to wait for the socket to accept the connection. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long to wait for the greeting. Default 60 s. The default is long because QEMU's listen backlog is 1: a client that
    /// gives up early on a silent socket and connects again fills the backlog, and then no client can connect.
    /// </summary>
    public TimeSpan GreetingTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait for the reply to <c>qmp_capabilities</c>. Default 30 s.</summary>
    public TimeSpan NegotiationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a command may take if the call has no timeout, including the wait for a place in QEMU's queue. Default 10 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The maximum size of a message from QEMU, in bytes. Default 256 MiB. QEMU itself has no limit. A longer message ends the
    /// connection, so that a peer cannot exhaust the memory of this process.
    /// </summary>
    public long MaxMessageBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Called for every event, in order, on the read loop. The caller of a command continues only after all events before the reply were delivered.
    /// The callback must not block. If it throws, the connection ends.
    /// </summary>
    public Action<QmpEvent> OnEvent { get; init; } = static _ => { };

    /// <summary>
    /// Called for every reply that no command of this connection waits for, with its id (null if it has none), on the read loop and under the same
    /// conditions as <see cref="OnEvent"/>. QEMU sends the reply to a command of an earlier connection to the next one.
    /// </summary>
    public Action<string?> OnUnclaimedReply { get; init; } = static _ => { };

    /// <summary>Called when the connection enters a phase.</summary>
    public Action<QmpConnectPhase> OnPhase { get; init; } = static _ => { };

    /// <summary>The clock for all timeouts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The phases of connecting.</summary>
public enum QmpConnectPhase
{
    /// <summary>Waiting for the socket to accept the connection.</summary>
    Connecting,

    /// <summary>Connected, and waiting for QEMU's greeting. QEMU sends no greeting to a second client, or while its process is stopped.</summary>
    AwaitingGreeting,

    /// <summary>Waiting for the reply to <c>qmp_capabilities</c>, which QEMU's main loop sends.</summary>
    Negotiating,
}
