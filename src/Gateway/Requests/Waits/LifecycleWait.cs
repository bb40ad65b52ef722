using Gateway.Journal;
using Gateway.Limits;
using Gateway.Requests.Problems;
using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Requests.Waits;

/// <summary>A command of the VM's lifecycle.</summary>
/// <param name="Qmp">Its QMP name.</param>
/// <param name="Completion">The event that completes it; null where there is none.</param>
/// <param name="IsDoneIn">Tells from the status that there is nothing to do, so that no event will come.</param>
public sealed record LifecycleCommand(string Qmp, string? Completion, Func<VmStatus, bool>? IsDoneIn = null)
{
    /// <summary>Pauses the guest.</summary>
    public static LifecycleCommand Stop { get; } = new("stop", RunStateEvents.Stop, static status => !status.Running);

    /// <summary>Resumes the guest.</summary>
    public static LifecycleCommand Cont { get; } = new("cont", RunStateEvents.Resume, static status => status.Running);

    /// <summary>Resets the guest.</summary>
    public static LifecycleCommand Reset { get; } = new("system_reset", RunStateEvents.Reset);

    /// <summary>Presses the power button.</summary>
    public static LifecycleCommand Powerdown { get; } = new("system_powerdown", RunStateEvents.Shutdown);

    /// <summary>Wakes the guest up.</summary>
    public static LifecycleCommand Wakeup { get; } = new("system_wakeup", RunStateEvents.Wakeup);

    /// <summary>Ends QEMU.</summary>
    public static LifecycleCommand Quit { get; } = new("quit", RunStateEvents.Shutdown);

    /// <summary>Interrupts the guest's processors.</summary>
    public static LifecycleCommand Nmi { get; } = new("inject-nmi", null);
}

/// <summary>Runs commands of the lifecycle and waits for what completes them, from before they are sent: no event is missed.</summary>
public sealed class LifecycleWait(IJournal journal, Places places, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs a command; answers the event that completed it, or null where none was waited for or none will come.</summary>
    /// <exception cref="WaitTimedOutException">Acknowledged, but not completed in time.</exception>
    /// <exception cref="WaitAbortedException">Acknowledged, but the VM went away first, or the gateway ends.</exception>
    /// <exception cref="LimitReachedException">Too many lifecycle commands are on their way.</exception>
    public async Task<JournalEntry?> RunAsync(
        IVm vm, LifecycleCommand command, TimeSpan? wait, IReadOnlyCollection<string>? runs, Caller caller, string? limitedAs, CancellationToken cancellationToken)
    {
        var request = new VmCommand(new QmpCommand(command.Qmp), caller) { IfRun = runs };
        if (wait is not { } timeout)
        {
            await vm.ExecuteAsync(request, cancellationToken);
            return null;
        }

        if (runs is not null && vm.Snapshot is { Connection.IsInUse: true, Run: { } run } && !runs.Contains(run))
        {
            // Another run is not even asked for its status.
            throw new RunChangedException(vm.Id, run, command.Qmp);
        }

        VmStatus? before;
        long after;
        // The request itself has a reader's place, for as long as it waits.
        using (places.Take(Work.Urgent, vm.Id, limitedAs))
        {
            before = command.IsDoneIn is null ? null : await StatusBeforeAsync(vm, command, caller, cancellationToken);
            after = journal.LastAppended;
            await vm.ExecuteAsync(request, cancellationToken);
        }

        var nothingToDo = before is not null && command.IsDoneIn!(before);
        return await CompletionAsync(vm.Id, command, after, nothingToDo ? journal.LastAppended : null, timeout, cancellationToken);
    }

    /// <summary>The status that the command finds. Whoever asked for the command is told of that one, which was not sent.</summary>
    private static async Task<VmStatus> StatusBeforeAsync(IVm vm, LifecycleCommand command, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return await vm.ReadStatusAsync(caller, cancellationToken);
        }
        catch (QmpTimeoutException hung)
        {
            throw new QmpTimeoutException(command.Qmp, hung.Timeout, lateReply: null);
        }
        catch (QmpDisconnectedException gone)
        {
            throw new QmpDisconnectedException(command.Qmp, gone.Reason, sent: false);
        }
        catch (VmUnreachableException)
        {
            throw new VmUnreachableException(vm.Id, vm.Snapshot.Connection, command.Qmp);
        }
    }

    /// <summary>
    /// The event, once it is there. Where there was nothing to do it is looked for up to <paramref name="until"/> only: somebody else
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
                // A VM can call its own events whatever it likes.
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
