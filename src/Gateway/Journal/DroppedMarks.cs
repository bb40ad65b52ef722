namespace Gateway.Journal;

/// <summary>
/// What went from the journal: per VM and event, the newest entry dropped. The marks are bounded: past the bound they are folded, those
/// of one VM into one for all of its events, those of VMs that have nothing left into one for all such VMs. A folded mark expires a cursor
/// too early perhaps, never too late, and hides nothing that is kept: what is kept of a VM is always newer than all that went of it.
/// </summary>
internal sealed class DroppedMarks
{
    /// <summary>The VM, or event, of a folded mark.</summary>
    public const string Any = "";

    /// <summary>How many there may be before they are folded; entries of VMs that have any left keep one mark a VM in any case.</summary>
    public const int Bound = 10_000;

    private const int EventsOfVm = 64;

    private readonly Lock sync = new();
    private readonly Dictionary<string, Dictionary<string, long>> vms = [];
    private readonly int bound;
    private long ofGoneVms;
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

    /// <summary>The newest entry dropped.</summary>
    public long Newest => Volatile.Read(ref newest);

    /// <summary>Whether it is time to fold.</summary>
    public bool TooMany => count > foldAt;

    /// <summary>The newest entry dropped that a filter may have matched; 0 where there is none.</summary>
    public long NewestFor(EventFilter filter)
    {
        lock (sync)
        {
            return filter.NamedVms is { } named
                ? named.Max(vm => vms.TryGetValue(vm, out var marks) ? NewestOf(vm, marks) : filter.MatchesVm(vm) ? ofGoneVms : 0)
                : vms.Select(vm => NewestOf(vm.Key, vm.Value)).Append(ofGoneVms).Max();
        }

        long NewestOf(string vm, Dictionary<string, long> marks) => !filter.MatchesVm(vm) ? 0
            : marks.Where(mark => mark.Key == Any || filter.MatchesEvent(mark.Key)).Select(static mark => mark.Value).DefaultIfEmpty().Max();
    }

    /// <summary>Notes what goes; answers the marks to write down for it.</summary>
    public IReadOnlyList<(string Vm, string Event, long UpTo)> Add(IReadOnlyList<JournalTally> going)
    {
        var made = new List<(string, string, long)>(going.Count);
        lock (sync)
        {
            foreach (var (vm, name, upTo, _) in going)
            {
                if (ofGoneVms > 0 && !vms.ContainsKey(vm))
                {
                    // From now on it has marks of its own, and the one for VMs that have none counts for it no more.
                    Set(vm, Any, ofGoneVms);
                    made.Add((vm, Any, ofGoneVms));
                }

                Set(vm, name, upTo);
                made.Add((vm, name, upTo));
            }
        }

        return made;
    }

    /// <summary>Makes fewer marks of those there are; answers all that are left.</summary>
    /// <param name="kept">The VMs that have entries left.</param>
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
            return [(Any, Any, ofGoneVms), .. vms.SelectMany(static vm => vm.Value.Select(mark => (vm.Key, mark.Key, mark.Value)))];
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
        // The mark of gone VMs goes up: VMs that it does not stand for and that have no other take what it was until now.
        foreach (var vm in kept.Where(vm => !vms.ContainsKey(vm)))
        {
            Set(vm, Any, ofGoneVms);
        }

        foreach (var (vm, marks) in vms.Where(vm => !kept.Contains(vm.Key)).OrderBy(static vm => vm.Value.Values.Max()).ToArray())
        {
            if (count <= bound / 2)
            {
                return;
            }

            ofGoneVms = Math.Max(ofGoneVms, marks.Values.Max());
            vms.Remove(vm);
            count -= marks.Count;
        }
    }

    private void Set(string vm, string name, long upTo)
    {
        Volatile.Write(ref newest, Math.Max(newest, upTo));
        if (vm == Any)
        {
            ofGoneVms = Math.Max(ofGoneVms, upTo);
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
