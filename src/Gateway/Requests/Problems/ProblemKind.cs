using QmpGateway.Contracts;

namespace Gateway.Requests.Problems;

/// <summary>One kind of problem: a row of the contract's table.</summary>
/// <param name="Slug">Its name, the end of <c>type</c>.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The kind in words.</param>
public sealed record ProblemKind(string Slug, int Status, string Title)
{
    /// <summary>Not JSON, wrong type, unknown member or value, out of range.</summary>
    public static ProblemKind InvalidRequest { get; } = new("invalid-request", 400, "The request is invalid");

    /// <summary>Who the caller is, is not known.</summary>
    public static ProblemKind Unauthenticated { get; } = new("unauthenticated", 401, "Who asks is not known");

    /// <summary>The caller may not.</summary>
    public static ProblemKind Forbidden { get; } = new("forbidden", 403, "Not allowed");

    /// <summary>The command policy says no.</summary>
    public static ProblemKind CommandForbidden { get; } = new("command-forbidden", 403, "The command is not allowed");

    /// <summary>No such VM.</summary>
    public static ProblemKind VmNotFound { get; } = new("vm-not-found", 404, "There is no such VM");

    /// <summary>No such route.</summary>
    public static ProblemKind NotFound { get; } = new("not-found", 404, "There is no such route");

    /// <summary>No such method on the route.</summary>
    public static ProblemKind MethodNotAllowed { get; } = new("method-not-allowed", 405, "The route has no such method");

    /// <summary>No VM is named, and there are several.</summary>
    public static ProblemKind VmAmbiguous { get; } = new("vm-ambiguous", 409, "Which VM is not clear");

    /// <summary>The VM is not the API's to change.</summary>
    public static ProblemKind VmOwned { get; } = new("vm-owned", 409, "The VM comes from elsewhere");

    /// <summary>The endpoint is another VM's, or the gateway's own.</summary>
    public static ProblemKind EndpointInUse { get; } = new("endpoint-in-use", 409, "Endpoint in use");

    /// <summary>QEMU answered with an error.</summary>
    public static ProblemKind CommandRefused { get; } = new("command-refused", 409, "QEMU refused the command");

    /// <summary>Events after the cursor are no longer kept.</summary>
    public static ProblemKind CursorExpired { get; } = new("cursor-expired", 410, "The cursor has expired");

    /// <summary>The run is no longer that one.</summary>
    public static ProblemKind RunChanged { get; } = new("run-changed", 412, "It is another run of the VM");

    /// <summary>The VM is known already, and was only to be created.</summary>
    public static ProblemKind AlreadyExists { get; } = new("already-exists", 412, "There is such a VM already");

    /// <summary>The first request with the idempotency key is under way.</summary>
    public static ProblemKind InProgress { get; } = new("in-progress", 409, "The first request with this key is under way");

    /// <summary>The idempotency key was used for another request.</summary>
    public static ProblemKind KeyReused { get; } = new("key-reused", 422, "The key was used for another request");

    /// <summary>The body is too large.</summary>
    public static ProblemKind PayloadTooLarge { get; } = new("payload-too-large", 413, "The body is too large");

    /// <summary>The body is no JSON.</summary>
    public static ProblemKind UnsupportedMediaType { get; } = new("unsupported-media-type", 415, "The body's media type is not supported");

    /// <summary>There is as much of something as the gateway takes on: nothing was done.</summary>
    public static ProblemKind RateLimited { get; } = new("rate-limited", 429, "The gateway takes on no more at a time");

    /// <summary>This QEMU does not know the command.</summary>
    public static ProblemKind CommandNotSupported { get; } = new("command-not-supported", 501, "This QEMU has no such command");

    /// <summary>The connection broke after the command was sent.</summary>
    public static ProblemKind OutcomeUnknown { get; } = new("outcome-unknown", 502, "Whether the command took effect is unknown");

    /// <summary>Not connected: nothing was sent.</summary>
    public static ProblemKind VmUnreachable { get; } = new("vm-unreachable", 503, "The VM is not connected");

    /// <summary>The data directory cannot be written: nothing was done.</summary>
    public static ProblemKind StorageUnavailable { get; } = new("storage-unavailable", 503, "The gateway cannot write its data");

    /// <summary>The VM went away, or the gateway ended, before what was waited for came.</summary>
    public static ProblemKind WaitAborted { get; } = new("wait-aborted", 503, "The wait ended early");

    /// <summary>No answer in the command's time.</summary>
    public static ProblemKind TimedOut { get; } = new("timed-out", 504, "QEMU did not answer in time");

    /// <summary>The awaited state or event did not come.</summary>
    public static ProblemKind WaitTimedOut { get; } = new("wait-timed-out", 504, "What was waited for did not come");

    /// <summary>A fault of the gateway's own.</summary>
    public static ProblemKind InternalError { get; } = new("internal-error", 500, "The gateway failed");

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
