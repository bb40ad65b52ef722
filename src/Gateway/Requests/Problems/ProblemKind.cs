using QmpGateway.Contracts;

namespace Gateway.Requests.Problems;

/// <summary>One kind of problem: a row in the contract's table.</summary>
/// <param name="Slug">The name of the kind: the last part of <c>type</c>.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The title.</param>
public sealed record ProblemKind(string Slug, int Status, string Title)
{
    /// <summary>The request is not valid JSON, or a member or value is unknown, out of range or of the wrong type.</summary>
    public static ProblemKind InvalidRequest { get; } = new("invalid-request", 400, "Invalid request");

    /// <summary>A request for many VMs selects more of them than the limit allows. Nothing was sent.</summary>
    public static ProblemKind TooManyVms { get; } = new("too-many-vms", 400, "Too many VMs");

    /// <summary>Authentication is required.</summary>
    public static ProblemKind Unauthenticated { get; } = new("unauthenticated", 401, "Authentication required");

    /// <summary>The caller has no permission.</summary>
    public static ProblemKind Forbidden { get; } = new("forbidden", 403, "Access denied");

    /// <summary>The command policy does not allow the command.</summary>
    public static ProblemKind CommandForbidden { get; } = new("command-forbidden", 403, "Command not allowed");

    /// <summary>There is no such VM.</summary>
    public static ProblemKind VmNotFound { get; } = new("vm-not-found", 404, "VM not found");

    /// <summary>There is no such route.</summary>
    public static ProblemKind NotFound { get; } = new("not-found", 404, "Unknown route");

    /// <summary>The route does not support the method.</summary>
    public static ProblemKind MethodNotAllowed { get; } = new("method-not-allowed", 405, "Method not allowed");

    /// <summary>The request names no VM, and there are several.</summary>
    public static ProblemKind VmAmbiguous { get; } = new("vm-ambiguous", 409, "More than one VM: name one");

    /// <summary>The VM cannot be changed through the API.</summary>
    public static ProblemKind VmOwned { get; } = new("vm-owned", 409, "VM not managed through the API");

    /// <summary>The endpoint belongs to another VM or to the gateway itself.</summary>
    public static ProblemKind EndpointInUse { get; } = new("endpoint-in-use", 409, "Endpoint in use");

    /// <summary>QEMU refused the command.</summary>
    public static ProblemKind CommandRefused { get; } = new("command-refused", 409, "Command refused by QEMU");

    /// <summary>Events after the cursor are no longer kept.</summary>
    public static ProblemKind CursorExpired { get; } = new("cursor-expired", 410, "Cursor expired");

    /// <summary>The VM is in another run than the request names. Over TCP, a reconnect begins another run, too.</summary>
    public static ProblemKind RunChanged { get; } = new("run-changed", 412, "Run changed");

    /// <summary>The VM already exists, and the request may only create it.</summary>
    public static ProblemKind AlreadyExists { get; } = new("already-exists", 412, "VM already exists");

    /// <summary>The first request with the idempotency key is still running.</summary>
    public static ProblemKind InProgress { get; } = new("in-progress", 409, "First request still in progress");

    /// <summary>The idempotency key was used for another request.</summary>
    public static ProblemKind KeyReused { get; } = new("key-reused", 422, "Idempotency key already used");

    /// <summary>The body is too large.</summary>
    public static ProblemKind PayloadTooLarge { get; } = new("payload-too-large", 413, "Request body too large");

    /// <summary>The content type of the body is not JSON.</summary>
    public static ProblemKind UnsupportedMediaType { get; } = new("unsupported-media-type", 415, "Unsupported media type");

    /// <summary>A limit of the gateway is reached. Nothing was done.</summary>
    public static ProblemKind RateLimited { get; } = new("rate-limited", 429, "Limit reached");

    /// <summary>This QEMU does not know the command.</summary>
    public static ProblemKind CommandNotSupported { get; } = new("command-not-supported", 501, "Command not supported by QEMU");

    /// <summary>The connection broke after the command was sent.</summary>
    public static ProblemKind OutcomeUnknown { get; } = new("outcome-unknown", 502, "Command outcome unknown");

    /// <summary>The VM is not connected. Nothing was sent.</summary>
    public static ProblemKind VmUnreachable { get; } = new("vm-unreachable", 503, "VM not connected");

    /// <summary>The data directory cannot be written. Nothing was done.</summary>
    public static ProblemKind StorageUnavailable { get; } = new("storage-unavailable", 503, "Storage unavailable");

    /// <summary>The VM was lost, or the gateway stopped, during the wait.</summary>
    public static ProblemKind WaitAborted { get; } = new("wait-aborted", 503, "Wait ended early");

    /// <summary>QEMU did not reply within the command's timeout.</summary>
    public static ProblemKind TimedOut { get; } = new("timed-out", 504, "Command timed out");

    /// <summary>The awaited state or event did not occur in time.</summary>
    public static ProblemKind WaitTimedOut { get; } = new("wait-timed-out", 504, "Wait timed out");

    /// <summary>An internal error of the gateway.</summary>
    public static ProblemKind InternalError { get; } = new("internal-error", 500, "Internal error");

    /// <summary>All kinds of problems that clients can receive.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        InvalidRequest, TooManyVms, Unauthenticated, Forbidden, CommandForbidden, VmNotFound, NotFound, MethodNotAllowed, VmAmbiguous, VmOwned, EndpointInUse, CommandRefused, CursorExpired,
        RunChanged, AlreadyExists, InProgress, KeyReused, PayloadTooLarge, UnsupportedMediaType, RateLimited, CommandNotSupported, OutcomeUnknown, VmUnreachable, StorageUnavailable, WaitAborted, TimedOut,
        WaitTimedOut,
    ];

    /// <summary>The kind as the <c>type</c> of RFC 9457.</summary>
    public string Type => Problem.TypePrefix + Slug;
}
