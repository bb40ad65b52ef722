using Gateway.Commands;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Requests.Problems;
using Gateway.Vms;

namespace Gateway.Requests.Waits;

/// <summary>Runs lifecycle commands and waits for the events that complete them. It reads events from before the command is sent, so none is missed.</summary>
public sealed class LifecycleWait(IJournal journal, Places places, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs a command. Returns the event that completed it, or null if QEMU will send no event.</summary>
    /// <exception cref="WaitTimedOutException">QEMU acknowledged the command, but it did not complete in time.</exception>
    /// <exception cref="WaitAbortedException">QEMU acknowledged the command, but the VM was lost or the gateway is stopping.</exception>
    /// <exception cref="LimitReachedException">Too many lifecycle commands are in flight.</exception>
    internal async Task<JournalEntry?> RunAsync(
        PermittedCommand permitted, LifecycleCommand command, TimeSpan timeout, string? limitedAs, CancellationToken cancellationToken)
    {
        // Fail early if the VM has been restarted, before the status is queried.
        permitted.CheckRun();
        var vm = permitted.Vm;
        VmStatus? before;
        long after;
        // The request itself occupies a reader's place while it waits.
        using (places.Take(Work.Urgent, vm.Id, limitedAs))
        {
            before = command.IsDoneIn is null ? null : await permitted.ReadStatusAsync(cancellationToken).ForAsync(vm, permitted.Name);
            after = journal.LastAppended;
            await permitted.SendAsync(cancellationToken);
        }

        var nothingToDo = before is not null && command.IsDoneIn!(before);
        return await CompletionAsync(vm.Id, command, after, nothingToDo ? journal.LastAppended : null, timeout, cancellationToken);
    }

    /// <summary>
    /// Waits for the event. If the VM was already in the target state, only entries up to <paramref name="until"/> are searched, because another caller
    /// may have changed the state in between.
    /// </summary>
    private async Task<JournalEntry?> CompletionAsync(
        string vm, LifecycleCommand command, long after, long? until, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var completion = command.Completion!;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, lifetime.ApplicationStopping, cancellationToken);
        var filter = new EventFilter([new VmPattern(vm)], [completion, GatewayEvents.VmDisconnected]);
        try
        {
            if (after == until)
            {
                return null;
            }

            await foreach (var batch in journal.WatchAsync(filter, after, until is null ? null : Glance, either.Token))
            {
                // A compromised QEMU can send events with any name.
                if (batch.Entries.FirstOrDefault(entry => entry.Name == completion || entry.Origin == EventOrigin.Gateway) is { } first)
                {
                    return first.Name == completion ? first : throw new WaitAbortedException(WaitAbortedException.VmWent, completion, command: command.Qmp);
                }

                if (until is { } last && batch.Cursor >= last)
                {
                    return null;
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw deadline.IsCancellationRequested
                ? new WaitTimedOutException(completion, timeout, command: command.Qmp)
                : new WaitAbortedException(WaitAbortedException.GatewayEnds, completion, command: command.Qmp);
        }

        return null;
    }
}
