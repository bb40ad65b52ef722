namespace QmpGateway.Qmp;

/// <summary>How a <see cref="QmpClient"/> connects and waits. Every phase has a deadline of its own.</summary>
public sealed class QmpClientOptions
{
    /// <summary>How long to wait for the socket to accept. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long to wait for the greeting. Default 60 s, a long time on purpose: QEMU's listen backlog is 1, and a client that
    /// gives up early on a silent socket and dials anew fills it, so that nobody gets in.
    /// </summary>
    public TimeSpan GreetingTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait for the answer to <c>qmp_capabilities</c>. Default 30 s.</summary>
    public TimeSpan NegotiationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a command may take, waiting for its turn included, where the call names no time. Default 10 s.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest message taken from QEMU, in bytes. Default 256 MiB. QEMU itself has no limit; what is longer ends the
    /// connection, so that no peer can fill this process's memory.
    /// </summary>
    public long MaxMessageBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Called for every event, in order, on the read loop: a reply's caller goes on only after the events before it were handed
    /// over. It must not block, nor throw: the connection ends when it throws.
    /// </summary>
    public Action<QmpEvent> OnEvent { get; init; } = static _ => { };

    /// <summary>
    /// Called for every reply that no command of this connection waits for, with its id (null if it has none), on the read loop and under the same
    /// conditions as <see cref="OnEvent"/>. QEMU sends the reply to a command of an earlier connection to the next one.
    /// </summary>
    public Action<string?> OnUnclaimedReply { get; init; } = static _ => { };

    /// <summary>Called as the connection enters each phase.</summary>
    public Action<QmpConnectPhase> OnPhase { get; init; } = static _ => { };

    /// <summary>The clock of every deadline.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The steps to a usable connection.</summary>
public enum QmpConnectPhase
{
    /// <summary>Waiting for the socket to accept.</summary>
    Connecting,

    /// <summary>Accepted; waiting for QEMU's greeting. QEMU sends none to a second client, nor while it is stopped.</summary>
    AwaitingGreeting,

    /// <summary>Greeted; waiting for the answer to <c>qmp_capabilities</c>, which QEMU's main loop gives.</summary>
    Negotiating,
}
