namespace Gateway.Journal;

/// <summary>What the journal holds of each VM, and how much each gives when that is too much: whoever holds most gives first.</summary>
internal sealed class Holdings
{
    private readonly Dictionary<string, Holding> vms = [];

    /// <summary>What it holds of all of them.</summary>
    public Holding Total { get; private set; }

    /// <summary>The VMs of which there is something.</summary>
    public IReadOnlyCollection<string> Vms => vms.Keys;

    /// <summary>What it holds of a VM.</summary>
    public Holding Of(string vm) => vms.GetValueOrDefault(vm);

    /// <summary>Whether there is something of a VM.</summary>
    public bool Contains(string vm) => vms.ContainsKey(vm);

    /// <summary>There is more of a VM.</summary>
    public void Add(string vm, Holding more)
    {
        Total += more;
        vms[vm] = Of(vm) + more;
    }

    /// <summary>Something of a VM went.</summary>
    public void Remove(string vm, Holding gone)
    {
        Total -= gone;
        if ((vms[vm] = Of(vm) - gone).Count == 0)
        {
            // The VM is gone perhaps, for good.
            vms.Remove(vm);
        }
    }

    /// <summary>How much each VM gives, so that all together give an excess and those that give are left with the same, or one less.</summary>
    /// <param name="excess">How much is too much.</param>
    /// <param name="held">What counts of a holding.</param>
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
        // Of VMs that hold the same, it is always the same ones that keep one more.
        return most.Take(givers).OrderByDescending(static vm => vm.Vm, StringComparer.Ordinal)
            .Select((vm, i) => (vm.Vm, Gives: vm.Held - left - (i < spare ? 1 : 0)))
            .Where(static vm => vm.Gives > 0).ToDictionary(static vm => vm.Vm, static vm => vm.Gives);
    }
}

/// <summary>Some entries.</summary>
/// <param name="Count">How many.</param>
/// <param name="Bytes">What they take.</param>
internal readonly record struct Holding(long Count, long Bytes)
{
    // A row's other columns, about.
    private const int Around = 64;

    /// <summary>Entries with envelopes of some bytes.</summary>
    public static Holding Of(long count, long envelopes) => new(count, envelopes + (count * Around));

    /// <summary>One entry.</summary>
    public static Holding OfOne(long envelope) => Of(1, envelope);

    public static Holding operator +(Holding one, Holding other) => new(one.Count + other.Count, one.Bytes + other.Bytes);

    public static Holding operator -(Holding one, Holding other) => new(one.Count - other.Count, one.Bytes - other.Bytes);
}
