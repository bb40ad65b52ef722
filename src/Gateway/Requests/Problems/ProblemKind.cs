using QmpGateway.Contracts;

namespace Gateway.Requests.Problems;

/// <summary>One kind of problem: a row of the contract's table.</summary>
/// <param name="Slug">Its name, the end of <c>type</c>.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The kind in words.</param>
public sealed record ProblemKind(string Slug, int Status, string Title)
{
    /// <summary>Not JSON, wrong type, unknown member or value, out of range.</summary>
    public static ProblemKind InvalidRequest { get; } = new("invalid-request", 400, "Invalid request");

    /// <summary>Who the caller is, is not known.</summary>
    public static ProblemKind Unauthenticated { get; } = new("unauthenticated", 401, "Authentication required");

    /// <summary>The caller may not.</summary>
    public static ProblemKind Forbidden { get; } = new("forbidden", 403, "Access denied");

    /// <summary>The command policy says no.</summary>
    public static ProblemKind CommandForbidden { get; } = new("command-forbidden", 403, "Command not allowed");

    /// <summary>No such VM.</summary>
    public static ProblemKind VmNotFound { get; } = new("vm-not-found", 404, "VM not found");

    /// <summary>No such route.</summary>
    public static ProblemKind NotFound { get; } = new("not-found", 404, "Unknown route");

    /// <summary>No such method on the route.</summary>
    public static ProblemKind MethodNotAllowed { get; } = new("method-not-allowed", 405, "Method not allowed");

    /// <summary>No VM is named, and there are several.</summary>
    public static ProblemKind VmAmbiguous { get; } = new("vm-ambiguous", 409, "More than one VM: name one");

    /// <summary>The VM is not the API's to change.</summary>
    public static ProblemKind VmOwned { get; } = new("vm-owned", 409, "VM not managed through the API");

    /// <summary>The endpoint is another VM's, or the gateway's own.</summary>
    public static ProblemKind EndpointInUse { get; } = new("endpoint-in-use", 409, "Endpoint in use");

    /// <summary>QEMU answered with an error.</summary>
    public static ProblemKind CommandRefused { get; } = new("command-refused", 409, "Command refused by QEMU");

    /// <summary>Events after the cursor are no longer kept.</summary>
    public static ProblemKind CursorExpired { get; } = new("cursor-expired", 410, "Cursor expired");

    /// <summary>The run is no longer that one.</summary>
    public static ProblemKind RunChanged { get; } = new("run-changed", 412, "The VM has been restarted");

    /// <summary>The VM is known already, and was only to be created.</summary>
    public static ProblemKind AlreadyExists { get; } = new("already-exists", 412, "VM already exists");

    /// <summary>The first request with the idempotency key is under way.</summary>
    public static ProblemKind InProgress { get; } = new("in-progress", 409, "First request still in progress");

    /// <summary>The idempotency key was used for another request.</summary>
    public static ProblemKind KeyReused { get; } = new("key-reused", 422, "Idempotency key already used");

    /// <summary>The body is too large.</summary>
    public static ProblemKind PayloadTooLarge { get; } = new("payload-too-large", 413, "Request body too large");

    /// <summary>The body is no JSON.</summary>
    public static ProblemKind UnsupportedMediaType { get; } = new("unsupported-media-type", 415, "Unsupported media type");

    /// <summary>There is as much of something as the gateway takes on: nothing was done.</summary>
    public static ProblemKind RateLimited { get; } = new("rate-limited", 429, "Too many requests in flight");

    /// <summary>This QEMU does not know the command.</summary>
    public static ProblemKind CommandNotSupported { get; } = new("command-not-supported", 501, "Command not supported by QEMU");

    /// <summary>The connection broke after the command was sent.</summary>
    public static ProblemKind OutcomeUnknown { get; } = new("outcome-unknown", 502, "Command outcome unknown");

    /// <summary>Not connected: nothing was sent.</summary>
    public static ProblemKind VmUnreachable { get; } = new("vm-unreachable", 503, "VM not connected");

    /// <summary>The data directory cannot be written: nothing was done.</summary>
    public static ProblemKind StorageUnavailable { get; } = new("storage-unavailable", 503, "Storage unavailable");

    /// <summary>The VM went away, or the gateway ended, before what was waited for came.</summary>
    public static ProblemKind WaitAborted { get; } = new("wait-aborted", 503, "Wait ended early");

    /// <summary>No answer in the command's time.</summary>
    public static ProblemKind TimedOut { get; } = new("timed-out", 504, "Command timed out");

    /// <summary>The awaited state or event did not come.</summary>
    public static ProblemKind WaitTimedOut { get; } = new("wait-timed-out", 504, "Wait timed out");

    /// <summary>A fault of the gateway's own.</summary>
    public static ProblemKind InternalError { get; } = new("internal-error", 500, "Internal error");

    /// <summary>All that clients have to expect.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        InvalidRequest, Unauthenticated, Forbidden, CommandForbidden, VmNotFound, NotFound, MethodNotAllowed, VmAmbiguous, VmOwned, EndpointInUse, CommandRefused, CursorExpired,
        RunChanged, AlreadyExists, InProgress, KeyReused, PayloadTooLarge, UnsupportedMediaType, RateLimited, CommandNotSupported, OutcomeUnknown, VmUnreachable, StorageUnavailable, WaitAborted, TimedOut,
        WaitTimedOut,
    ];

    /// <summary>The kind as RFC 9457 names it.</summary>
    public string Type => Problem.TypePrefix + Slug;
}
