using System.Runtime.CompilerServices;
using System.Text.Json;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>What a watch tells of a VM.</summary>
public enum VmChangeKind
{
    /// <summary>It was there when the watch began.</summary>
    Listed,

    /// <summary>It became known.</summary>
    Added,

    /// <summary>Its definition, its connection or its status changed, or its run has ended.</summary>
    Changed,

    /// <summary>It is known no more.</summary>
    Removed,
}

/// <summary>A VM as it is now, and why that is told.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Vm">The VM; of one that was removed the last that was known.</param>
public sealed record VmChange(VmChangeKind Kind, Vm Vm);

/// <summary>Lists, then watches from the list's cursor on; lists anew where events were missed, and tells what differs.</summary>
internal sealed class VmWatch(GatewayClient gateway, IReadOnlyList<string>? vms, TimeProvider time)
{
    private static readonly string[] Telling = ["VM_ADDED", "VM_REMOVED", "VM_CHANGED", "VM_CONNECTED", "VM_DISCONNECTED", "VM_CONNECTION_CHANGED", "VM_STATUS_CHANGED", "VM_ENDED"];

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

            var events = gateway.ReadEventsAsync(new Subscription { Vms = vms, Events = Telling, After = list.Cursor }, cancellationToken).GetAsyncEnumerator(cancellationToken);
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

    /// <summary>Whether there is another event; false where some are no longer kept.</summary>
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

    // The event says that something changed; what is so now is newer than the event, or as new.
    private async Task<VmChange?> ChangeAsync(GatewayEvent told, CancellationToken cancellationToken)
    {
        try
        {
            var vm = await Persistence.UntilAnsweredAsync(() => gateway.GetVmAsync(told.Vm, cancellationToken), time, cancellationToken).ConfigureAwait(false);
            var before = known.GetValueOrDefault(vm.Id);
            known[vm.Id] = vm;
            return new VmChange(before is null ? VmChangeKind.Added : VmChangeKind.Changed, vm);
        }
        catch (GatewayException gone) when (gone.Slug == "vm-not-found")
        {
            return known.Remove(told.Vm, out var last) ? new VmChange(VmChangeKind.Removed, last) : null;
        }
    }

    private bool Wanted(Vm vm) => vms is null || vms.Count == 0 || vms.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, vm.Id, ignoreCase: false));

    // Its cursor and what was heard of last are no news.
    private static string Text(Vm vm) => JsonSerializer.Serialize(
        vm with { Cursor = "", StatusObservedAt = null, Connection = vm.Connection with { LastMessageAt = null, Attempts = 0 } }, GatewayJson.Default.Vm);
}
