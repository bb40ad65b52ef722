using System.Text.Json;
using Gateway.Access;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Requests.Problems;
using Gateway.Vms;
using Gateway.Vms.Runs;
using QmpGateway.Qmp;

namespace Gateway.Requests.Waits;

/// <summary>What is waited for.</summary>
/// <param name="States">Any of these run states.</param>
/// <param name="End">Or the end of the run.</param>
/// <param name="Runs">The runs whose end it is; null for the end of any.</param>
public sealed record AwaitedStatus(IReadOnlyCollection<RunState> States, bool End, IReadOnlyCollection<string>? Runs)
{
    /// <summary>How clients spell the end of the run.</summary>
    public const string Ended = "ended";

    /// <inheritdoc/>
    public override string ToString() => $"status {string.Join(" or ", [.. States.Select(static state => state.Value), .. End ? (string[])[Ended] : []])}";

    /// <summary>The end that is waited for, if it has come.</summary>
    /// <exception cref="RunChangedException">The VM is another run, and it is not known how the one that is waited for ended.</exception>
    public VmEnded? EndIn(IVm vm)
    {
        var now = vm.Snapshot;
        return !End ? null
            : Runs is null || (now.Run is { } run && Runs.Contains(run)) ? now.Ended
            : now.EndedBefore is { } before && Runs.Contains(before.Run) ? before.End
            : throw new RunChangedException(vm.Id, now.Run, command: null);
    }
}

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
    public async Task<JsonText> UntilAsync(IVm vm, AwaitedStatus awaited, TimeSpan timeout, Caller caller, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, lifetime.ApplicationStopping, cancellationToken);
        try
        {
            while (true)
            {
                try
                {
                    return await AskedOrToldAsync(vm, awaited, caller, either.Token);
                }
                catch (CursorExpiredException)
                {
                    // Changes went by unseen, more of them than are kept: what is so now is asked again.
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var last = vms.Get(vm.Id).Snapshot.Status?.Text;
            throw deadline.IsCancellationRequested
                ? new WaitTimedOutException(awaited.ToString(), timeout, last)
                : new WaitAbortedException(WaitAbortedException.GatewayEnds, awaited.ToString(), last);
        }
        finally
        {
            await either.CancelAsync();
        }
    }

    private async Task<JsonText> AskedOrToldAsync(IVm vm, AwaitedStatus awaited, Caller caller, CancellationToken cancellationToken)
    {
        var filter = new EventFilter([new VmPattern(vm.Id)], Telling);
        var after = journal.LastAppended;
        if (awaited.EndIn(vms.Get(vm.Id)) is { } end)
        {
            // The end may be known a moment before its events are on disk, and only those can be named.
            await journal.IsWrittenAsync(journal.LastAppended, JournalPatience, time);
            return Ended(end.ToJson(journal.Head));
        }

        // Side by side: a change may be told while the question hangs, and the answer come where nothing changes any more.
        var asked = AskAsync(vm, awaited.States, caller, cancellationToken);
        var told = ToldAsync(vm.Id, awaited, filter, after, cancellationToken);
        return await Task.WhenAny((Task)asked, told) == asked && await asked is { } there ? there.Text : await told;
    }

    /// <summary>QEMU's answer, however often it takes a question to have one; null where it is another state, or the VM is away.</summary>
    private static async Task<VmStatus?> AskAsync(IVm vm, IReadOnlyCollection<RunState> states, Caller caller, CancellationToken cancellationToken)
    {
        while (states.Count > 0)
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
