using System.ComponentModel.DataAnnotations;

namespace Gateway.Limits;

/// <summary>Limits that keep one client, VM or QEMU from using all resources of the gateway.</summary>
public sealed class LimitsOptions
{
    private const int MostConnections = 1_000_000;

    /// <summary>
    /// The maximum number of client connections, on all addresses, the metrics port and the monitor sockets together. Default: half of the files and
    /// sockets that the process may have open. Connections beyond the limit are closed immediately.
    /// </summary>
    [Range(1, MostConnections)]
    public int Connections { get; init; } = (int)Math.Clamp(Descriptors.Most / 2, 1, MostConnections);

    /// <summary>
    /// The maximum number of requests in progress. It applies separately to commands, to lifecycle and out-of-band commands, and to all other requests.
    /// The first commands of each VM (<see cref="Places.OfEachVm"/>) do not count. Default: 2,048. Requests beyond the limit get 429.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Requests { get; init; } = 2048;

    /// <summary>
    /// The maximum number of commands in progress for one VM, including reads. Lifecycle and out-of-band commands have a separate limit of the same size.
    /// Default: 256. Commands beyond the limit get 429, except those over native QMP, which wait.
    /// </summary>
    [Range(1, 1_000_000)]
    public int RequestsPerVm { get; init; } = 256;

    /// <summary>
    /// The maximum number of API requests per second from one caller (a key or a token's <c>sub</c>). Default: 0, which disables the limit. Requests beyond
    /// the limit get 429.
    /// </summary>
    [Range(0, 1_000_000)]
    public int RequestsPerCallerPerSecond { get; init; }

    /// <summary>
    /// The maximum number of readers: streams of server-sent events, subscriptions and streams of the hub, native QMP clients, and requests that wait.
    /// Default: 10,000. Requests beyond the limit get 429, and calls of the hub get an error that starts with <c>rate-limited</c>.
    /// </summary>
    [Range(1, 1_000_000)]
    public int Readers { get; init; } = 10_000;

    /// <summary>
    /// The maximum number of VMs that are registered through the API. Default: 10,000. Registrations beyond the limit get 429; 0 allows none. VMs that are
    /// already registered are kept.
    /// </summary>
    [Range(0, 1_000_000)]
    public int Vms { get; init; } = 10_000;

    /// <summary>The maximum number of VMs that one <c>POST /bulk</c> may change. Default: 1,000. A request for more VMs gets 400 and changes none.</summary>
    [Range(1, 1_000_000)]
    public int Bulk { get; init; } = 1000;

    /// <summary>The maximum size of a request body in bytes. Default: 1 MiB. Larger bodies get 413.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int BodyBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// The maximum size of a raw command's body in bytes, instead of <see cref="BodyBytes"/>. Default: 64 MiB, which is QEMU's own limit. Larger bodies
    /// get 413.
    /// </summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int QmpBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// The maximum total size in bytes of all request bodies and native QMP messages in flight. The first 64 KiB of each
    /// (<see cref="Places.SmallBody"/>) do not count. Default: 256 MiB. Requests beyond the limit get 429, and native QMP messages wait.
    /// </summary>
    [Range(1024 * 1024, int.MaxValue)]
    public int BodyBytesInFlight { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// The maximum number of stored idempotency keys. Each is kept for 24 hours, and one caller can have at most 10,000. Default: 100,000. Requests with a
    /// new key beyond the limit get 429.
    /// </summary>
    [Range(1, 10_000_000)]
    public int IdempotencyKeys { get; init; } = 100_000;

    /// <summary>
    /// The maximum total size in bytes of the responses that are stored for idempotency keys. Default: 1 GiB. Requests with a new key beyond the limit
    /// get 429.
    /// </summary>
    [Range(1024 * 1024, int.MaxValue)]
    public int IdempotencyBytes { get; init; } = 1024 * 1024 * 1024;

    /// <summary>The maximum total size of a request's headers in bytes. Default: 32 KiB. Kestrel rejects larger ones with 431 and no body.</summary>
    [Range(1024, 1024 * 1024)]
    public int HeaderBytes { get; init; } = 32 * 1024;

    /// <summary>
    /// The maximum size in bytes of one message from QEMU. Default: 256 MiB. QEMU itself has no limit. A larger message ends the connection, and the
    /// outcome of the commands in progress on it is unknown.
    /// </summary>
    [Range(4096, 1024 * 1024 * 1024)]
    public int ReplyBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>The maximum size in bytes of one message from a client of the hub. Default: 32 KiB. A larger message ends its connection.</summary>
    [Range(1024, 1024 * 1024)]
    public int HubMessageBytes { get; init; } = 32 * 1024;
}
