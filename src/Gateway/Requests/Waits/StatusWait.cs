using System.Text.Json;
using Gateway.Commands;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Requests.Problems;
using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Requests.Waits;

/// <summary>Waits for a run state or the end of the run. Queries the status once, then reads the journal, which has every observed change.</summary>
public sealed class StatusWait(IVms vms, IJournal journal, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan JournalPatience = TimeSpan.FromSeconds(2);

    private static readonly string[] Telling =
        [GatewayEvents.VmStatusChanged, GatewayEvents.VmConnected, GatewayEvents.VmEnded, GatewayEvents.VmAdded, GatewayEvents.VmRemoved];

    /// <summary>Returns QEMU's status as soon as it is one of the awaited states, or <c>{"ended":{…}}</c>.</summary>
    /// <exception cref="WaitTimedOutException">The VM did not reach an awaited state in time.</exception>
    /// <exception cref="WaitAbortedException">The gateway is stopping.</exception>
    /// <exception cref="VmNotFoundException">The VM was removed.</exception>
    /// <exception cref="RunChangedException">The end of another run was awaited.</exception>
    internal async Task<JsonText> UntilAsync(PermittedCommand question, AwaitedStatus awaited, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, lifetime.ApplicationStopping, cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    return await AskedOrToldAsync(question, awaited, either.Token);
                }
                catch (CursorExpiredException)
                {
                    // The journal no longer keeps some changes that this wait has not read, so the status is queried again.
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var last = vms.Get(question.Vm.Id).Snapshot.Status?.Text;
            throw deadline.IsCancellationRequested
                ? new WaitTimedOutException(awaited.ToString(), timeout, last)
                : new WaitAbortedException(WaitAbortedException.GatewayEnds, awaited.ToString(), last);
        }
        finally
        {
            await either.CancelAsync();
        }
    }

    private async Task<JsonText> AskedOrToldAsync(PermittedCommand question, AwaitedStatus awaited, CancellationToken cancellationToken)
    {
        var vm = question.Vm.Id;
        var filter = new EventFilter([new VmPattern(vm)], Telling);
        var after = journal.LastAppended;
        if (awaited.EndIn(vms.Get(vm)) is { } end)
        {
            // The end may be known shortly before its events are on disk, and the response can only refer to events on disk.
            await journal.IsWrittenAsync(journal.LastAppended, JournalPatience, time);
            return Ended(end.ToJson(journal.Head));
        }

        // Both run in parallel: the journal may report a change while the query hangs, and the query may return a state that no longer changes.
        var asked = AskAsync(question, awaited.States, cancellationToken);
        var told = ToldAsync(vm, awaited, filter, after, cancellationToken);
        return await Task.WhenAny((Task)asked, told) == asked && await asked is { } there ? there.Text : await told;
    }

    /// <summary>Queries the status until QEMU replies. Returns null if the status is not awaited, or if the VM is not connected.</summary>
    private static async Task<VmStatus?> AskAsync(PermittedCommand question, IReadOnlyCollection<RunState> states, CancellationToken cancellationToken)
    {
        while (states.Count > 0)
        {
            try
            {
                var status = await question.ReadStatusAsync(cancellationToken);
                return states.Contains(status.State) ? status : null;
            }
            catch (QmpTimeoutException)
            {
                // QEMU hangs. When it continues, there may be no change that reports its state, so query again.
            }
            catch (Exception away) when (away is QmpException or VmUnreachableException)
            {
                // When the VM reconnects, the journal reports its status.
                return null;
            }
        }

        return null;
    }

    private async Task<JsonText> ToldAsync(string vm, AwaitedStatus awaited, EventFilter filter, long after, CancellationToken cancellationToken)
    {
        await foreach (var batch in journal.FollowAsync(filter, after, heartbeat: null, cancellationToken))
        {
            foreach (var entry in batch.Entries.Where(static entry => entry.Origin == EventOrigin.Gateway))
            {
                if (entry.Name == GatewayEvents.VmRemoved && !vms.TryGet(vm, out _))
                {
                    throw new VmNotFoundException(vm);
                }

                if (entry.Name == GatewayEvents.VmEnded && awaited.End)
                {
                    return Ended(entry.Data());
                }

                if (StatusIn(entry) is { } status && awaited.States.Contains(status.State))
                {
                    return status.Text;
                }

                if (entry.Name == GatewayEvents.VmConnected && awaited is { End: true, States.Count: 0 })
                {
                    // Over TCP, the VM may be restarted without the gateway observing the end of the previous run.
                    _ = awaited.EndIn(vms.Get(vm));
                }
            }
        }

        throw new InvalidOperationException("The journal has ended.");
    }

    private static JsonText Ended(JsonText end) => GatewayEvents.Json(json => json.WriteRaw(AwaitedStatus.Ended, end));

    private static VmStatus? StatusIn(JournalEntry entry)
    {
        using var json = JsonDocument.Parse(entry.Data().Utf8, JsonReading.Own);
        return json.RootElement.Member("status") is { ValueKind: JsonValueKind.Object } status ? VmStatus.From(JsonText.From(status), default) : null;
    }
}
