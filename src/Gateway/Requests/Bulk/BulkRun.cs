using Gateway.Audit;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Requests.Audit;
using Gateway.Requests.Operations;
using Gateway.Requests.Problems;
using Gateway.Vms;
using QmpGateway.Contracts;

namespace Gateway.Requests.Bulk;

/// <summary>Runs an operation on many VMs, on some of them at a time. What happens on one VM does not affect the others, and each VM has its own audit record.</summary>
internal sealed class BulkRun(Places places, AuditLog audit, ProblemWriter problems, TimeProvider time)
{
    /// <summary>The maximum number of VMs that one request works on at the same time.</summary>
    public const int AtOnce = 32;

    /// <summary>Runs the operation on all VMs. Returns the outcome for each VM, in the order of the VMs.</summary>
    /// <exception cref="OperationCanceledException">The caller disconnected. Nothing was sent to the remaining VMs.</exception>
    public async Task<IReadOnlyList<BulkOutcome>> RunAsync(Operation operation, IReadOnlyList<IVm> vms, BulkCaller caller, CancellationToken cancellationToken)
    {
        var outcomes = new BulkOutcome[vms.Count];
        // The token is not passed on, because the remaining VMs need an audit record even if the caller disconnects.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, vms.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, _) => outcomes[i] = await RunAsync(operation, vms[i], caller, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        return outcomes;
    }

    private async Task<BulkOutcome> RunAsync(Operation operation, IVm vm, BulkCaller caller, CancellationToken cancellationToken)
    {
        var entry = new AuditEntry(audit);
        entry.Note(operation.Command, operation.Arguments);
        var isSending = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (caller.IsOver(time.GetUtcNow()))
            {
                return Record(completion: null, AccessOver(vm));
            }

            var permitted = await operation.PermitAsync(vm, caller.SenderOf(entry), cancellationToken);
            // An operation that waits takes a place itself, and only for the command.
            using var place = operation.Waits ? null : places.Take(CommandWork.Of(operation.Command), vm.Id, caller.LimitedAs);
            isSending = true;
            return Record(await operation.RunAsync(permitted, caller.LimitedAs, cancellationToken), problem: null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody receives this outcome, but the audit log has it.
            entry.Write(caller.Origin, vm.Id, isSending ? AuditOutcome.Unknown : AuditOutcome.NotSent, isSending ? ProblemKind.OutcomeUnknown.Slug : null);
            return new BulkOutcome(vm.Id, Event: null, Problem: null);
        }
        catch (Exception failure)
        {
            return Record(completion: null, problems.Of(failure, caller.Place.Method, caller.Place.Instance));
        }

        BulkOutcome Record(JournalEntry? completion, Problem? problem)
        {
            entry.Write(caller.Origin, vm.Id, problem);
            return new BulkOutcome(vm.Id, completion, problem is null ? null : caller.Place.Complete(problem, vm.Id));
        }
    }

    private static Problem AccessOver(IVm vm) =>
        ProblemMapper.Of(ProblemKind.Unauthenticated, $"The key was removed or the token expired during the request. Nothing was sent to '{vm.Id}'.") with { Outcome = AuditOutcome.NotSent };
}
