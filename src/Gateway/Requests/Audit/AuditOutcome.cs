using Gateway.Audit;
using Gateway.Requests.Problems;
using QmpGateway.Contracts;

namespace Gateway.Requests.Audit;

/// <summary>Determines the outcome of a request for the audit log.</summary>
internal static class AuditOutcome
{
    /// <summary>The request succeeded, or at least QEMU acknowledged its command.</summary>
    public const string Done = "done";

    /// <summary>QEMU refused the command.</summary>
    public const string Refused = "refused";

    /// <summary>Nothing was sent to QEMU.</summary>
    public const string NotSent = "not-sent";

    /// <summary>QEMU may have executed the command.</summary>
    public const string Unknown = "unknown";

    /// <summary>The caller may not do this.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>Records a request that ended with a problem or with success.</summary>
    public static void Write(this AuditEntry entry, AuditOrigin origin, string? vm, Problem? problem, bool replayed = false) =>
        entry.Write(origin, vm, problem is null ? Done : Of(problem), problem?.Slug, replayed);

    /// <summary>Returns the outcome of a request that ended with a problem.</summary>
    public static string Of(Problem problem) => problem switch
    {
        // The key of a request can be revoked after its command was sent.
        { Status: StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden, Outcome: not Unknown } => Forbidden,
        { Outcome: { } outcome } => outcome,
        // QEMU acknowledged the command.
        _ when problem.Type == ProblemKind.WaitAborted.Type || problem.Type == ProblemKind.WaitTimedOut.Type => Done,
        // Problems of commands that only read have no outcome.
        _ when problem.Type == ProblemKind.InternalError.Type || problem.Type == ProblemKind.TimedOut.Type || problem.Type == ProblemKind.OutcomeUnknown.Type => Unknown,
        _ => NotSent,
    };
}
