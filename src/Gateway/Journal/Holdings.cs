namespace Gateway.Journal;

/// <summary>Counts the entries of each VM in the journal, and decides how many entries of each VM are dropped if there are too many. VMs with the most entries
/// lose entries first.</summary>
internal sealed class Holdings
{
    private readonly Dictionary<string, Holding> vms = [];

    /// <summary>The entries of all VMs.</summary>
    public Holding Total { get; private set; }

    /// <summary>The VMs with entries.</summary>
    public IReadOnlyCollection<string> Vms => vms.Keys;

    /// <summary>Returns the entries of a VM.</summary>
    public Holding Of(string vm) => vms.GetValueOrDefault(vm);

    /// <summary>Whether a VM has entries.</summary>
    public bool Contains(string vm) => vms.ContainsKey(vm);

    /// <summary>Adds entries of a VM.</summary>
    public void Add(string vm, Holding more)
    {
        Total += more;
        vms[vm] = Of(vm) + more;
    }

    /// <summary>Removes entries of a VM.</summary>
    public void Remove(string vm, Holding gone)
    {
        Total -= gone;
        if ((vms[vm] = Of(vm) - gone).Count == 0)
        {
            // Removed, because the VM itself may be gone for good.
            vms.Remove(vm);
        }
    }

    /// <summary>Returns how much of each VM is to be dropped, so that it adds up to the excess and the affected VMs are left with equal amounts, give or take one.</summary>
    /// <param name="excess">The total amount to drop.</param>
    /// <param name="held">Returns the amount of a holding: its entries or its bytes.</param>
    public Dictionary<string, long> Shares(long excess, Func<Holding, long> held)
    {
        var most = vms.Select(vm => (Vm: vm.Key, Held: held(vm.Value))).OrderByDescending(static vm => vm.Held).ToArray();
        var (givers, sum) = (0, 0L);
        do
        {
            sum += most[givers++].Held;
        }
        while (givers < most.Length && sum - excess < givers * most[givers].Held);

        var left = (sum - excess) / givers;
        var spare = (sum - excess) % givers;
        // Sorted by id, so that among equal VMs always the same ones keep one more.
        return most.Take(givers).OrderByDescending(static vm => vm.Vm, StringComparer.Ordinal)
            .Select((vm, i) => (vm.Vm, Gives: vm.Held - left - (i < spare ? 1 : 0)))
            .Where(static vm => vm.Gives > 0).ToDictionary(static vm => vm.Vm, static vm => vm.Gives);
    }
}
