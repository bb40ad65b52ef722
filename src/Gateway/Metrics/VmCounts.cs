using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Gateway.Metrics;

/// <summary>
/// Counts what happens to each VM, by a name that comes from the VM, for as long as the VM is known. At most <paramref name="maxNames"/>
/// names a VM have a series.
/// </summary>
/// <param name="label">What the names are; null where there are none.</param>
/// <param name="maxNames">How many names a VM may have.</param>
internal sealed class VmCounts(string? label, int maxNames)
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, long>> counts = new();

    /// <summary>Counts. One caller at a time.</summary>
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

    /// <summary>The counts of the VMs there are; those of others are dropped.</summary>
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
