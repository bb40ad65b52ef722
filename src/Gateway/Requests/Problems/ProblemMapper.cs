using Gateway.Access;
using Gateway.Commands;
using Gateway.Commands.Typed;
using Gateway.Data;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Limits;
using Gateway.Requests.Bulk;
using Gateway.Vms;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.Requests.Problems;

/// <summary>Maps failures to problems, as in section 5 of the contract.</summary>
internal static class ProblemMapper
{
    private const string NotSent = "not-sent";
    private const string Refused = "refused";
    private const string Unknown = "unknown";

    /// <summary>Returns the problem of a failure; null if it is an internal error of the gateway.</summary>
    public static Problem? Map(Exception failure) => failure switch
    {
        InvalidRequestException e => Of(ProblemKind.InvalidRequest, e) with { Errors = e.Errors },
        UnknownCursorException e => Map(new InvalidRequestException("after", $"must be a cursor of this journal, not '{Echo.Of(e.Cursor)}'")),
        BadHttpRequestException { StatusCode: 413 } => Of(ProblemKind.PayloadTooLarge, "The request body is larger than this route accepts."),
        BadHttpRequestException e => Of(ProblemKind.InvalidRequest, e),
        RoleNotGrantedException e => Of(ProblemKind.Forbidden, e),
        CommandForbiddenException e => Of(ProblemKind.CommandForbidden, e) with { Command = e.Command, Rule = e.Rule, Outcome = NotSent },
        VmNotFoundException e => Of(ProblemKind.VmNotFound, e) with { Vm = e.Vm },
        VmAmbiguousException e => Of(ProblemKind.VmAmbiguous, e) with { Vms = e.Vms },
        VmOwnedException e => Of(ProblemKind.VmOwned, e),
        VmExistsException e => Of(ProblemKind.AlreadyExists, e),
        EndpointNotGrantedException e => Of(ProblemKind.Forbidden, e),
        EndpointInUseException e => Of(ProblemKind.EndpointInUse, e),
        CursorExpiredException e => Of(ProblemKind.CursorExpired, e) with { Oldest = Cursors.Write(e.Oldest) },
        RunChangedException e => Of(ProblemKind.RunChanged, e) with { Command = e.Command, Outcome = NotSent },
        CommandLackingException e => Of(ProblemKind.CommandNotSupported, e) with { Command = e.Command, Outcome = NotSent },
        OutOfBandNotOfferedException e => Of(ProblemKind.CommandNotSupported, e) with { Command = e.Command, Outcome = NotSent },
        VmUnreachableException e => Of(ProblemKind.VmUnreachable, e) with { Command = e.Command, Outcome = NotSent },
        QmpCommandException { ErrorClass: QmpCommandException.CommandNotFound } e => Of(ProblemKind.CommandNotSupported, e),
        QmpCommandException e => Of(ProblemKind.CommandRefused, e),
        QmpDisconnectedException { Sent: false } e => Of(ProblemKind.VmUnreachable, e) with { Command = e.Command, Outcome = NotSent },
        QmpDisconnectedException e when BuiltInTable.OnlyReads(e.Command) => Of(ProblemKind.OutcomeUnknown, e) with { Command = e.Command },
        QmpDisconnectedException e => Of(ProblemKind.OutcomeUnknown, $"{e.Message} Read the status before you repeat it.") with { Command = e.Command, Outcome = Unknown },
        QmpProtocolException e => Of(ProblemKind.OutcomeUnknown, e) with { Command = e.Command, Outcome = OfSent(e.Command) },
        QmpTimeoutException { Sent: false } e => Of(ProblemKind.TimedOut, e) with { Command = e.Command, Outcome = NotSent },
        QmpTimeoutException e when BuiltInTable.OnlyReads(e.Command) =>
            Of(ProblemKind.TimedOut, $"QEMU did not answer '{e.Command}' within {e.Timeout.TotalSeconds:0.###} s.") with { Command = e.Command },
        QmpTimeoutException e => Of(ProblemKind.TimedOut, e) with { Command = e.Command, Outcome = Unknown },
        TooManyVmsException e => Of(ProblemKind.TooManyVms, e) with { Outcome = NotSent },
        LimitReachedException e => Of(ProblemKind.RateLimited, e) with { Outcome = NotSent },
        JournalUnreadableException e => Of(ProblemKind.StorageUnavailable, e),
        StorageException e => Of(ProblemKind.StorageUnavailable, e) with { Outcome = NotSent },
        WaitTimedOutException e => Of(ProblemKind.WaitTimedOut, e) with { Command = e.Command, CurrentStatus = Status(e.CurrentStatus) },
        WaitAbortedException e => Of(ProblemKind.WaitAborted, e) with { Command = e.Command, CurrentStatus = Status(e.CurrentStatus) },
        _ => null,
    };

    /// <summary>Creates a problem without an exception.</summary>
    public static Problem Of(ProblemKind kind, string detail) =>
        new() { Type = kind.Type, Title = kind.Title, Status = kind.Status, Detail = detail };

    private static QmpGateway.Contracts.VmStatus? Status(JsonText? current) => current is { } text ? QmpGateway.Contracts.VmStatus.PassOn(text.ToElement()) : null;

    private static Problem Of(ProblemKind kind, Exception failure) => Of(kind, failure.Message);

    private static Problem Of(ProblemKind kind, QmpCommandException refusal) => Of(kind, refusal.Message) with
    {
        Command = refusal.Command,
        QmpError = new QmpError(refusal.ErrorClass, refusal.Description),
        Outcome = Refused,
    };

    // A command that only reads has no effect, so its outcome cannot be unknown.
    private static string? OfSent(string? command) => command is not null && BuiltInTable.OnlyReads(command) ? null : Unknown;
}
