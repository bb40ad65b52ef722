namespace Gateway.Journal;

/// <summary>
/// Records which entries were dropped from the journal: for each VM and event, the id of the newest one. The number of marks is bounded. Beyond the bound,
/// they are folded: the marks of a VM into one for all of its events, and the marks of VMs without entries into one for all these VMs. A folded mark may
/// expire a cursor too early, but never too late. It does not hide stored entries, because the entries of a VM are always newer than its dropped ones.
/// </summary>
internal sealed class DroppedMarks
{
    /// <summary>Used instead of the VM or the event of a folded mark.</summary>
    public const string Any = "";

    /// <summary>The number of marks above which they are folded. A VM with stored entries always keeps at least one mark.</summary>
    public const int Bound = 10_000;

    private const int EventsOfVm = 64;

    private readonly Lock sync = new();
    private readonly Dictionary<string, Dictionary<string, long>> vms = [];
    private readonly int bound;
    private long goneVmsMark;
    private long newest;
    private int count;
    private int foldAt;

    public DroppedMarks(IEnumerable<(string Vm, string Event, long UpTo)> marks, int bound = Bound)
    {
        this.bound = foldAt = bound;
        foreach (var (vm, name, upTo) in marks)
        {
            Set(vm, name, upTo);
        }
    }

    /// <summary>The newest dropped entry.</summary>
    public long Newest => Volatile.Read(ref newest);

    /// <summary>Whether the marks must be folded.</summary>
    public bool TooMany => count > foldAt;

    /// <summary>Returns the newest dropped entry that a filter may have matched; 0 if there is none.</summary>
    public long NewestFor(EventFilter filter)
    {
        lock (sync)
        {
            return filter.NamedVms is { } named
                ? named.Max(vm => vms.TryGetValue(vm, out var marks) ? NewestOf(vm, marks) : filter.MatchesVm(vm) ? goneVmsMark : 0)
                : vms.Select(vm => NewestOf(vm.Key, vm.Value)).Append(goneVmsMark).Max();
        }

        long NewestOf(string vm, Dictionary<string, long> marks) => !filter.MatchesVm(vm) ? 0
            : marks.Where(mark => mark.Key == Any || filter.MatchesEvent(mark.Key)).Select(static mark => mark.Value).DefaultIfEmpty().Max();
    }

    /// <summary>Records dropped entries. Returns the marks to store.</summary>
    public IReadOnlyList<(string Vm, string Event, long UpTo)> Add(IReadOnlyList<JournalTally> going)
    {
        var made = new List<(string, string, long)>(going.Count);
        lock (sync)
        {
            foreach (var (vm, name, upTo, _) in going)
            {
                if (goneVmsMark > 0 && !vms.ContainsKey(vm))
                {
                    // The VM now gets its own marks, so the common mark of VMs without marks no longer applies to it.
                    Set(vm, Any, goneVmsMark);
                    made.Add((vm, Any, goneVmsMark));
                }

                Set(vm, name, upTo);
                made.Add((vm, name, upTo));
            }
        }

        return made;
    }

    /// <summary>Folds the marks. Returns all remaining marks.</summary>
    /// <param name="kept">The VMs with stored entries.</param>
    public IReadOnlyList<(string Vm, string Event, long UpTo)> Fold(IReadOnlyCollection<string> kept)
    {
        lock (sync)
        {
            foreach (var marks in vms.Values.Where(static marks => marks.Count > EventsOfVm))
            {
                FoldEvents(marks, EventsOfVm / 2);
            }

            if (count > bound)
            {
                FoldGone(kept.ToHashSet());
            }

            if (count > bound)
            {
                foreach (var marks in vms.Values)
                {
                    FoldEvents(marks, 0);
                }
            }

            foldAt = Math.Max(bound, 2 * count);
            return [(Any, Any, goneVmsMark), .. vms.SelectMany(static vm => vm.Value.Select(mark => (vm.Key, mark.Key, mark.Value)))];
        }
    }

    private void FoldEvents(Dictionary<string, long> marks, int keep)
    {
        var folded = marks.Where(static mark => mark.Key != Any).OrderByDescending(static mark => mark.Value).Skip(keep).ToArray();
        count -= marks.Count;
        foreach (var (name, upTo) in folded)
        {
            marks.Remove(name);
            marks[Any] = Math.Max(upTo, marks.GetValueOrDefault(Any));
        }

        count += marks.Count;
    }

    private void FoldGone(HashSet<string> kept)
    {
        // The common mark is about to grow. VMs with stored entries but without marks get a mark with its current value, so that the growth does not affect them.
        foreach (var vm in kept.Where(vm => !vms.ContainsKey(vm)))
        {
            Set(vm, Any, goneVmsMark);
        }

        foreach (var (vm, marks) in vms.Where(vm => !kept.Contains(vm.Key)).OrderBy(static vm => vm.Value.Values.Max()).ToArray())
        {
            if (count <= bound / 2)
            {
                return;
            }

            goneVmsMark = Math.Max(goneVmsMark, marks.Values.Max());
            vms.Remove(vm);
            count -= marks.Count;
        }
    }

    private void Set(string vm, string name, long upTo)
    {
        Volatile.Write(ref newest, Math.Max(newest, upTo));
        if (vm == Any)
        {
            goneVmsMark = Math.Max(goneVmsMark, upTo);
            return;
        }

        if (!vms.TryGetValue(vm, out var marks))
        {
            vms.Add(vm, marks = []);
        }

        if (!marks.TryGetValue(name, out var before))
        {
            count++;
        }

        marks[name] = Math.Max(upTo, before);
    }
}
