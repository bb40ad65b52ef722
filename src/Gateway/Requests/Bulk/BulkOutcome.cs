using Gateway.Journal;
using Gateway.Requests.Audit;
using QmpGateway.Contracts;

namespace Gateway.Requests.Bulk;

/// <summary>What an operation did on one VM.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Event">The event that completed the operation; null if there is none.</param>
/// <param name="Problem">The problem; null if there is none.</param>
internal sealed record BulkOutcome(string Vm, JournalEntry? Event, Problem? Problem)
{
    /// <summary>All outcomes, in the order of the summary.</summary>
    public static IReadOnlyList<string> All { get; } = [AuditOutcome.Done, AuditOutcome.Refused, AuditOutcome.NotSent, AuditOutcome.Unknown];

    /// <summary>The outcome, in the words of problems.</summary>
    public string Outcome => Problem is null ? AuditOutcome.Done : AuditOutcome.Of(Problem) is var outcome && outcome == AuditOutcome.Forbidden ? AuditOutcome.Refused : outcome;
}
