using System.Collections.Frozen;
using Gateway.Journal;
using Gateway.Requests.Binding;
using Gateway.Vms;

namespace Gateway.Requests.Bulk;

/// <summary>Selects VMs by id and by label. A criterion that is empty matches every VM.</summary>
internal sealed class VmSelection
{
    private readonly FrozenSet<string> ids;
    private readonly VmPattern[] patterns;
    private readonly IReadOnlyDictionary<string, string> labels;

    /// <param name="vms">Ids and patterns, any of which must match.</param>
    /// <param name="labels">Labels, all of which must match.</param>
    public VmSelection(IReadOnlyCollection<string> vms, IReadOnlyDictionary<string, string> labels)
    {
        ids = vms.Where(static vm => !IsPattern(vm)).ToFrozenSet();
        patterns = [.. vms.Where(IsPattern).Distinct().Select(static vm => new VmPattern(vm))];
        this.labels = labels;
    }

    /// <summary>Whether a text is a pattern, and not simply an id. An id is looked up, but each pattern is compared with every VM.</summary>
    public static bool IsPattern(string vm) => vm.Contains('*', StringComparison.Ordinal);

    /// <summary>Whether a VM is selected.</summary>
    public bool Matches(IVm vm) =>
        (ids.Count + patterns.Length == 0 || ids.Contains(vm.Id) || patterns.Any(pattern => pattern.Matches(vm.Id))) && VmListFilter.HasAll(vm, labels);
}
