namespace Gateway.Journal;

/// <summary>
/// Keeps the journal within its bounds, and remembers what went. A noisy VM pushes out its own history alone, and a cursor
/// expires only for a reader who could have seen something that went.
/// Writes on the journal's own thread only; <see cref="OldestFor"/> is for all.
/// </summary>
internal sealed class JournalRetention
{
    /// <summary>How often age is looked at, also when nothing is written.</summary>
    public static readonly TimeSpan AgeCheckInterval = TimeSpan.FromMinutes(1);

    private readonly JournalStore store;
    private readonly JournalOptions options;
    private readonly TimeProvider time;
    private readonly long lastId;
    private readonly DroppedMarks dropped;
    private readonly Dictionary<string, long> kept = [];

    // The VMs that may have too much by now: a commit costs what it wrote, however many VMs there are.
    private HashSet<string> grown = [];

    // Counting a large journal takes a while: it is done beside, and trimming waits for it.
    private Task<Dictionary<string, long>>? counting;
    private long total;
    private long? ageChecked;
    private volatile bool closed;

    public JournalRetention(JournalStore store, JournalOptions options, TimeProvider time, long lastId)
    {
        (this.store, this.options, this.time, this.lastId) = (store, options, time, lastId);
        dropped = new DroppedMarks(store.Trimmed());
        counting = lastId == 0 ? null : Task.Run(Count);
    }

    /// <summary>The newest entry dropped that a filter could have matched; 0 when there is none.</summary>
    public long OldestFor(EventFilter filter) => dropped.NewestFor(filter);

    /// <exception cref="CursorExpiredException">A match after <paramref name="after"/> was dropped.</exception>
    public void Check(EventFilter filter, long after)
    {
        if (after < dropped.Newest && OldestFor(filter) is var oldest && oldest > after)
        {
            throw new CursorExpiredException(after, oldest);
        }
    }

    /// <summary>Counts what was written, and drops what is too much or too old by now.</summary>
    public void Apply(IReadOnlyList<JournalEntry> written)
    {
        foreach (var entry in written)
        {
            Add(entry.Vm, 1);
        }

        if (!Counted())
        {
            return;
        }

        foreach (var vm in grown.ToArray())
        {
            if (Excess(kept.GetValueOrDefault(vm), options.KeepEventsPerVm) is var excess and > 0 && store.Oldest(excess, vm) is { } upTo)
            {
                Drop(upTo, vm);
            }

            // Only now: where dropping failed it is tried again.
            grown.Remove(vm);
        }

        if (grown.Capacity > 1024)
        {
            // A set that was large once is walked at that size for ever.
            grown = [];
        }

        if (Excess(total, options.KeepEvents) is var tooMany and > 0 && store.Oldest(tooMany) is { } newest)
        {
            Drop(newest);
        }

        if (ageChecked is null || time.GetElapsedTime(ageChecked.Value) >= AgeCheckInterval)
        {
            ageChecked = time.GetTimestamp();
            if (store.NewestBefore(time.GetUtcNow().AddDays(-options.KeepDays)) is { } tooOld)
            {
                Drop(tooOld);
            }
        }

        if (dropped.TooMany)
        {
            store.Remember(dropped.Fold(kept));
        }
    }

    /// <summary>Lets the files go; called when nothing is written any more.</summary>
    public void Close()
    {
        closed = true;
        counting?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
    }

    /// <summary>How many to drop. A large journal is trimmed in strides of a 64th, a small one to the entry.</summary>
    private static long Excess(long count, long keep) => count > keep + (keep / 64) ? count - keep : 0;

    private bool Counted()
    {
        if (counting is { IsCompleted: true } done)
        {
            // After a failure, which goes up from here, the next entries wait for another try.
            counting = done.IsFaulted ? Task.Run(Count) : null;
            foreach (var (vm, count) in done.GetAwaiter().GetResult())
            {
                Add(vm, count);
            }
        }

        return counting is null;
    }

    private Dictionary<string, long> Count()
    {
        var counts = new Dictionary<string, long>();
        foreach (var vm in store.Vms(lastId).TakeWhile(_ => !closed))
        {
            counts[vm] = counts.GetValueOrDefault(vm) + 1;
        }

        return counts;
    }

    private void Add(string vm, long count)
    {
        total += count;
        kept[vm] = kept.GetValueOrDefault(vm) + count;
        if (count > 0)
        {
            grown.Add(vm);
        }
        else if (kept[vm] == 0)
        {
            // All of it is gone, and the VM perhaps for good.
            kept.Remove(vm);
        }
    }

    private void Drop(long upTo, string? vm = null)
    {
        var range = new JournalRange(upTo, vm);
        var going = store.Tally(range);
        // First told, then done: a reader that misses an entry looks here for why.
        store.Drop(range, dropped.Add(going));
        foreach (var group in going)
        {
            Add(group.Vm, -group.Count);
        }
    }
}
