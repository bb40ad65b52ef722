using System.ComponentModel.DataAnnotations;

namespace Gateway.Limits;

/// <summary>How much the gateway takes on, so that no client, VM or QEMU can use all there is.</summary>
public sealed class LimitsOptions
{
    private const int MostConnections = 1_000_000;

    /// <summary>
    /// Connections from clients, those of all addresses, of the metrics' port and of the monitors' sockets together. Default half of the
    /// files and sockets that the process may have open; beyond: closed at once.
    /// </summary>
    [Range(1, MostConnections)]
    public int Connections { get; init; } = (int)Math.Clamp(Descriptors.Most / 2, 1, MostConnections);

    /// <summary>
    /// Requests in progress. Commands, lifecycle and out-of-band commands, and everything else are counted apart, each up to this number. The first
    /// commands of each VM (<see cref="Places.OfEachVm"/>) do not count. Default 2,048; beyond: 429.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Requests { get; init; } = 2048;

    /// <summary>
    /// Commands in progress for one VM, reads of QEMU included. Lifecycle and out-of-band commands have as many places of their own. Commands of native
    /// QMP queue instead. Default 256; beyond: 429.
    /// </summary>
    [Range(1, 1_000_000)]
    public int RequestsPerVm { get; init; } = 256;

    /// <summary>Requests of the API that one caller (a key, a token's <c>sub</c>) may send a second. Default 0: as many as they like; beyond: 429.</summary>
    [Range(0, 1_000_000)]
    public int RequestsPerCallerPerSecond { get; init; }

    /// <summary>
    /// Streams of server-sent events, subscriptions and streams of the hub, clients of native QMP, and requests that wait. Default 10,000; beyond: 429,
    /// on the hub an error that starts with <c>rate-limited</c>.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Readers { get; init; } = 10_000;

    /// <summary>VMs made known by the API. Default 10,000; beyond: 429. None where it is 0. Those that stand already stay.</summary>
    [Range(0, 1_000_000)]
    public int Vms { get; init; } = 10_000;

    /// <summary>Bytes of a request's body. Default 1 MiB; beyond: 413.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int BodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of a raw command's body, in place of <see cref="BodyBytes"/>. Default 64 MiB, what QEMU itself reads at most; beyond: 413.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int QmpBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes of all bodies and of all messages of native QMP in flight, beyond the first 64 KiB of each (<see cref="Places.SmallBody"/>). Default 256 MiB;
    /// beyond: 429, and native QMP waits.
    /// </summary>
    [Range(1024 * 1024, int.MaxValue)]
    public int BodyBytesInFlight { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// Idempotency keys that are kept, each for 24 hours. One caller gets at most 10,000 of them. Default 100,000; beyond: 429.
    /// </summary>
    [Range(1, 10_000_000)]
    public int IdempotencyKeys { get; init; } = 100_000;

    /// <summary>Bytes of the answers that are kept for idempotency keys. Default 1 GiB; beyond: 429.</summary>
    [Range(1024 * 1024, int.MaxValue)]
    public int IdempotencyBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>Bytes of a request's headers in all. Default 32 KiB; beyond: 431, which the server answers without a body.</summary>
    [Range(1024, 1024 * 1024)]
    public int HeaderBytes { get; init; } = 32 * 1024;

    /// <summary>
    /// Bytes of one message of QEMU's. Default 256 MiB; QEMU itself has no limit. A longer one ends the connection, and what became of the
    /// commands on it is unknown.
    /// </summary>
    [Range(4096, 1024 * 1024 * 1024)]
    public int ReplyBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Bytes of one message of a hub's client. Default 32 KiB; a longer one ends its connection.</summary>
    [Range(1024, 1024 * 1024)]
    public int HubMessageBytes { get; init; } = 32 * 1024;
}
