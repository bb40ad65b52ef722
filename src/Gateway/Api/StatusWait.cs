using System.Text.Json;
using Gateway.Api.Json;
using Gateway.Api.Problems;
using Gateway.Journal;
using Gateway.Vms;
using Qmp;

namespace Gateway.Api;

/// <summary>Waits for a run state: asks once, then reads the journal, which has every change that was seen.</summary>
public sealed class StatusWait(IVms vms, IJournal journal, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly string[] Telling =
        [GatewayEvents.VmStatusChanged, GatewayEvents.VmConnected, GatewayEvents.VmAdded, GatewayEvents.VmRemoved];

    /// <summary>Answers as soon as the status is one of some states.</summary>
    /// <exception cref="WaitTimedOutException">It was not in time.</exception>
    /// <exception cref="WaitAbortedException">The gateway ends first.</exception>
    /// <exception cref="VmNotFoundException">The VM is known no more.</exception>
    public async Task<VmStatus> UntilAsync(IVm vm, IReadOnlyCollection<RunState> states, TimeSpan timeout, Caller caller, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, lifetime.ApplicationStopping, cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    return await AskedOrToldAsync(vm, states, caller, either.Token);
                }
                catch (CursorExpiredException)
                {
                    // Changes went by unseen, more of them than are kept: what is so now is asked anew.
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var what = $"status {string.Join(" or ", states)}";
            var last = vms.Get(vm.Id).Snapshot.Status?.Text;
            throw deadline.IsCancellationRequested
                ? new WaitTimedOutException(what, timeout, last)
                : new WaitAbortedException(WaitAbortedException.GatewayEnds, what, last);
        }
        finally
        {
            await either.CancelAsync();
        }
    }

    private async Task<VmStatus> AskedOrToldAsync(IVm vm, IReadOnlyCollection<RunState> states, Caller caller, CancellationToken cancellationToken)
    {
        var filter = new EventFilter([new VmPattern(vm.Id)], Telling);
        var after = journal.LastAppended;
        _ = vms.Get(vm.Id);
        // Side by side: a change may be told while the question hangs, and the answer come where nothing changes any more.
        var asked = AskAsync(vm, states, caller, cancellationToken);
        var told = ToldAsync(vm.Id, states, filter, after, cancellationToken);
        return await Task.WhenAny((Task)asked, told) == asked && await asked is { } there ? there : await told;
    }

    /// <summary>QEMU's answer, however often it takes a question to have one; null where it is another state, or the VM is away.</summary>
    private static async Task<VmStatus?> AskAsync(IVm vm, IReadOnlyCollection<RunState> states, Caller caller, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var status = await vm.ReadStatusAsync(caller, cancellationToken);
                return states.Contains(status.State) ? status : null;
            }
            catch (QmpTimeoutException)
            {
                // It hangs. When it goes on, no change may tell of the state that it is in.
            }
            catch (Exception away) when (away is QmpException or VmUnreachableException)
            {
                // Its return is told with its status.
                return null;
            }
        }
    }

    private async Task<VmStatus> ToldAsync(
        string vm, IReadOnlyCollection<RunState> states, EventFilter filter, long after, CancellationToken cancellationToken)
    {
        await foreach (var batch in journal.FollowAsync(filter, after, heartbeat: null, cancellationToken))
        {
            foreach (var entry in batch.Entries)
            {
                if (entry.Name == GatewayEvents.VmRemoved && !vms.TryGet(vm, out _))
                {
                    throw new VmNotFoundException(vm);
                }

                if (StatusOf(entry) is { } status && states.Contains(status.State))
                {
                    return status;
                }
            }
        }

        throw new InvalidOperationException("the journal ended");
    }

    private static VmStatus? StatusOf(JournalEntry entry)
    {
        // The name alone does not make it ours: a QEMU may call its events whatever it likes.
        if (entry.Origin != EventOrigin.Gateway)
        {
            return null;
        }

        using var json = JsonDocument.Parse(entry.Data().Utf8, JsonReading.Own);
        return json.RootElement.Member("status") is { ValueKind: JsonValueKind.Object } status ? VmStatus.From(JsonText.From(status), default) : null;
    }
}
