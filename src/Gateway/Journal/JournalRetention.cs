namespace Gateway.Journal;

/// <summary>
/// Keeps the journal within its bounds, and remembers what went: per VM and event, the newest entry dropped. A noisy VM
/// pushes out its own history alone, and a cursor expires only for a reader who could have seen something that went.
/// Writes on the journal's own thread only; <see cref="OldestFor"/> is for all.
/// </summary>
internal sealed class JournalRetention
{
    private static readonly TimeSpan AgeCheckInterval = TimeSpan.FromMinutes(1);

    private readonly JournalStore store;
    private readonly JournalOptions options;
    private readonly TimeProvider time;
    private readonly long lastId;
    private readonly Lock sync = new();
    private readonly Dictionary<(string Vm, string Event), long> dropped;
    private readonly Dictionary<string, long> kept = [];
    // Counting a large journal takes a while: it is done beside, and trimming waits for it.
    private Task<Dictionary<string, long>>? counting;
    private long newestDropped;
    private long? ageChecked;
    private volatile bool closed;

    public JournalRetention(JournalStore store, JournalOptions options, TimeProvider time, long lastId)
    {
        (this.store, this.options, this.time, this.lastId) = (store, options, time, lastId);
        dropped = store.Trimmed().ToDictionary(static t => (t.Vm, t.Event), static t => t.UpTo);
        newestDropped = dropped.Values.DefaultIfEmpty().Max();
        counting = lastId == 0 ? null : Task.Run(Count);
    }

    /// <summary>The newest entry dropped that a filter could have matched; 0 when there is none.</summary>
    public long OldestFor(EventFilter filter)
    {
        lock (sync)
        {
            return dropped.Where(d => filter.Matches(d.Key.Vm, d.Key.Event)).Select(d => d.Value).DefaultIfEmpty().Max();
        }
    }

    /// <exception cref="CursorExpiredException">A match after <paramref name="after"/> was dropped.</exception>
    public void Check(EventFilter filter, long after)
    {
        if (after < Volatile.Read(ref newestDropped) && OldestFor(filter) is var oldest && oldest > after)
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

        // All of them, not only those written: counting may have ended just now, or the last trim failed.
        foreach (var (vm, count) in kept.Where(vm => Excess(vm.Value, options.KeepEventsPerVm) > 0).ToArray())
        {
            if (store.Oldest(Excess(count, options.KeepEventsPerVm), vm) is { } upTo)
            {
                Drop(upTo, vm);
            }
        }

        if (Excess(kept.Values.Sum(), options.KeepEvents) is var tooMany and > 0 && store.Oldest(tooMany) is { } newest)
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
        kept[vm] = kept.GetValueOrDefault(vm) + count;
        if (kept[vm] == 0)
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
        Remember(going);
        store.Drop(range, going);
        foreach (var group in going)
        {
            Add(group.Vm, -group.Count);
        }
    }

    private void Remember(IReadOnlyList<JournalTally> going)
    {
        lock (sync)
        {
            foreach (var (vm, name, upTo, _) in going)
            {
                dropped[(vm, name)] = Math.Max(upTo, dropped.GetValueOrDefault((vm, name)));
                Volatile.Write(ref newestDropped, Math.Max(newestDropped, upTo));
            }
        }
    }
}
