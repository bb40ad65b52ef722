using System.Runtime.CompilerServices;
using System.Text.Json;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>
/// Lists the VMs, then reads events from the list's cursor. If the journal no longer keeps the next events, it lists the VMs again and reports the differences.
/// </summary>
internal sealed class VmWatch(GatewayClient gateway, IReadOnlyList<string>? vms, TimeProvider time)
{
    private static readonly string[] ChangeEvents = ["VM_ADDED", "VM_REMOVED", "VM_CHANGED", "VM_CONNECTED", "VM_DISCONNECTED", "VM_CONNECTION_CHANGED", "VM_STATUS_CHANGED", "VM_ENDED"];

    private readonly SortedDictionary<string, Vm> known = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<VmChange> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var first = true; ; first = false)
        {
            var list = await Persistence.UntilAnsweredAsync(() => gateway.ListVmsAsync(cancellationToken: cancellationToken), time, cancellationToken).ConfigureAwait(false);
            foreach (var change in Differences(list, first))
            {
                yield return change;
            }

            var events = gateway.ReadEventsAsync(new Subscription { Vms = vms, Events = ChangeEvents, After = list.Cursor }, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (events.ConfigureAwait(false))
            {
                while (await NextAsync(events).ConfigureAwait(false))
                {
                    if (await ChangeAsync(events.Current, cancellationToken).ConfigureAwait(false) is { } change)
                    {
                        yield return change;
                    }
                }
            }
        }
    }

    /// <summary>Moves to the next event. Returns false if the journal no longer keeps some of the events.</summary>
    private static async Task<bool> NextAsync(IAsyncEnumerator<GatewayEvent> events)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (CursorExpiredException)
        {
            return false;
        }
    }

    private List<VmChange> Differences(VmList list, bool first)
    {
        var now = list.Items.Where(Wanted).ToDictionary(static vm => vm.Id);
        var changes = known.Values.Where(vm => !now.ContainsKey(vm.Id)).Select(static vm => new VmChange(VmChangeKind.Removed, vm)).ToList();
        changes.ForEach(change => known.Remove(change.Vm.Id));
        foreach (var vm in now.Values)
        {
            var before = known.GetValueOrDefault(vm.Id);
            known[vm.Id] = vm;
            if (before is null || Text(before) != Text(vm))
            {
                changes.Add(new VmChange(first ? VmChangeKind.Listed : before is null ? VmChangeKind.Added : VmChangeKind.Changed, vm));
            }
        }

        return changes;
    }

    // The event says that the VM changed. The state read now is at least as new as the event.
    private async Task<VmChange?> ChangeAsync(GatewayEvent changed, CancellationToken cancellationToken)
    {
        try
        {
            var vm = await Persistence.UntilAnsweredAsync(() => gateway.GetVmAsync(changed.Vm, cancellationToken), time, cancellationToken).ConfigureAwait(false);
            var before = known.GetValueOrDefault(vm.Id);
            known[vm.Id] = vm;
            return new VmChange(before is null ? VmChangeKind.Added : VmChangeKind.Changed, vm);
        }
        catch (GatewayException notFound) when (notFound.Slug == "vm-not-found")
        {
            return known.Remove(changed.Vm, out var last) ? new VmChange(VmChangeKind.Removed, last) : null;
        }
    }

    private bool Wanted(Vm vm) => vms is null || vms.Count == 0 || vms.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, vm.Id, ignoreCase: false));

    // The cursor, the number of attempts and the times of the last messages change all the time, and are not reported.
    private static string Text(Vm vm) => JsonSerializer.Serialize(
        vm with { Cursor = "", StatusObservedAt = null, Connection = vm.Connection with { LastMessageAt = null, Attempts = 0 } }, GatewayJson.Default.Vm);
}
