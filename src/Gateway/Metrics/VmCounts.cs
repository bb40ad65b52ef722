using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Gateway.Metrics;

/// <summary>
/// Counts per VM and per name. The names come from the VM. At most <paramref name="maxNames"/> names per VM have a series, and the counts of a VM
/// are dropped when it is removed.
/// </summary>
/// <param name="label">The name of the label for the names. Null for counts without names.</param>
/// <param name="maxNames">The maximum number of names per VM.</param>
internal sealed class VmCounts(string? label, int maxNames)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, long>> counts = new();

    /// <summary>Adds to a count. Not thread-safe.</summary>
    public void Add(string vm, string name, long count = 1)
    {
        var names = counts.GetOrAdd(vm, static _ => new());
        var usable = Labels.Usable(name);
        names.AddOrUpdate(
            names.ContainsKey(usable) || names.Count < maxNames ? usable : Labels.Other,
            static (_, more) => more,
            static (_, sum, more) => sum + more,
            count);
    }

    /// <summary>Returns the counts of the given VMs, and drops those of all others.</summary>
    public IEnumerable<Measurement<long>> Measure(IEnumerable<string> vms)
    {
        var known = vms.ToHashSet();
        foreach (var gone in counts.Keys.Where(vm => !known.Contains(vm)))
        {
            counts.TryRemove(gone, out _);
        }

        return
            from vm in counts
            from count in vm.Value
            select label is null
                ? new Measurement<long>(count.Value, new KeyValuePair<string, object?>("vm", vm.Key))
                : new Measurement<long>(count.Value, new("vm", vm.Key), new(label, count.Key));
    }
}
