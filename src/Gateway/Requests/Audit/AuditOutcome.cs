using Gateway.Audit;
using Gateway.Requests.Problems;
using QmpGateway.Contracts;

namespace Gateway.Requests.Audit;

/// <summary>What became of what a caller tried, in the audit log's words.</summary>
internal static class AuditOutcome
{
    /// <summary>Writes down an attempt that was answered with a problem, or with success.</summary>
    public static void Write(this AuditEntry entry, AuditOrigin origin, string? vm, Problem? problem, bool replayed = false) =>
        entry.Write(origin, vm, problem is null ? "done" : Of(problem), problem?.Slug, replayed);

    /// <summary>The outcome of what ended in a problem.</summary>
    public static string Of(Problem problem) => problem switch
    {
        { Status: StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden } => "forbidden",
        { Outcome: { } outcome } => outcome,
        // QEMU acknowledged the command.
        _ when problem.Type == ProblemKind.WaitAborted.Type || problem.Type == ProblemKind.WaitTimedOut.Type => "done",
        // Of a command that only reads, no outcome is told.
        _ when problem.Type == ProblemKind.InternalError.Type || problem.Type == ProblemKind.TimedOut.Type || problem.Type == ProblemKind.OutcomeUnknown.Type => "unknown",
        _ => "not-sent",
    };
}
