using System.Text.Json;
using Gateway.Commands;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Requests.Problems;
using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Requests.Waits;

/// <summary>Waits for a run state or the end of the run: asks once, then reads the journal, which has every change that was seen.</summary>
public sealed class StatusWait(IVms vms, IJournal journal, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan JournalPatience = TimeSpan.FromSeconds(2);

    private static readonly string[] Telling =
        [GatewayEvents.VmStatusChanged, GatewayEvents.VmConnected, GatewayEvents.VmEnded, GatewayEvents.VmAdded, GatewayEvents.VmRemoved];

    /// <summary>Returns QEMU's status as soon as it is one of the awaited states, or <c>{"ended":{…}}</c>.</summary>
    /// <exception cref="WaitTimedOutException">It was not in time.</exception>
    /// <exception cref="WaitAbortedException">The gateway ends first.</exception>
    /// <exception cref="VmNotFoundException">The VM is no longer known.</exception>
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
                    // Changes went by unseen, more of them than are kept: what is so now is asked again.
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
            // The end may be known a moment before its events are on disk, and only those can be named.
            await journal.IsWrittenAsync(journal.LastAppended, JournalPatience, time);
            return Ended(end.ToJson(journal.Head));
        }

        // Side by side: a change may be told while the question hangs, and the answer come where nothing changes any more.
        var asked = AskAsync(question, awaited.States, cancellationToken);
        var told = ToldAsync(vm, awaited, filter, after, cancellationToken);
        return await Task.WhenAny((Task)asked, told) == asked && await asked is { } there ? there.Text : await told;
    }

    /// <summary>QEMU's answer, however often it takes a question to have one; null where it is another state, or the VM is away.</summary>
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
                // It hangs. When it goes on, no change may tell of the state that it is in.
            }
            catch (Exception away) when (away is QmpException or VmUnreachableException)
            {
                // Its return is told with its status.
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
                    // Over TCP another run may take the place of one whose end nobody saw.
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
