using Gateway.Data;
using Gateway.Journal.Sqlite;

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
    private readonly TrustedClock clock;
    private readonly TimeProvider time;
    private readonly long lastId;
    private readonly DroppedMarks dropped;
    private readonly Holdings kept = new();

    // The VMs that may have too much by now: a commit costs what it wrote, however many VMs there are.
    private HashSet<string> grown = [];

    // Counting a large journal takes a while: it is done beside, and trimming waits for it.
    private Task<Dictionary<string, Holding>>? counting;
    private long? ageChecked;
    private volatile bool closed;

    public JournalRetention(JournalStore store, JournalOptions options, TrustedClock clock, TimeProvider time, long lastId)
    {
        (this.store, this.options, this.clock, this.time, this.lastId) = (store, options, clock, time, lastId);
        dropped = new DroppedMarks(store.Trim.Marks());
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
            kept.Add(entry.Vm, Holding.OfOne(entry.Envelope.Length));
            grown.Add(entry.Vm);
        }

        if (!Counted())
        {
            return;
        }

        foreach (var vm in grown.ToArray())
        {
            if (Excess(kept.Of(vm).Count, options.KeepEventsPerVm) is var excess and > 0)
            {
                Drop(new() { [vm] = excess }, static _ => 1);
            }

            // Only now: where dropping failed it is tried again.
            grown.Remove(vm);
        }

        if (grown.Capacity > 1024)
        {
            // A set that was large once is walked at that size for ever.
            grown = [];
        }

        if (Excess(kept.Total.Count, options.KeepEvents) is var tooMany and > 0)
        {
            Drop(kept.Shares(tooMany, static held => held.Count), static _ => 1);
        }

        if (Excess(kept.Total.Bytes, options.KeepBytes) is var tooLarge and > 0)
        {
            Drop(kept.Shares(tooLarge, static held => held.Bytes), static row => row.Bytes);
        }

        if (ageChecked is null || time.GetElapsedTime(ageChecked.Value) >= AgeCheckInterval)
        {
            ageChecked = time.GetTimestamp();
            var now = clock.Now();
            if (store.Trim.NewestBefore(now.AddDays(-options.KeepDays), now + TrustedClock.Tolerance) is { } tooOld)
            {
                Drop(store.Trim.Tally(tooOld), marks => store.Trim.Drop(tooOld, marks));
            }
        }

        if (dropped.TooMany)
        {
            store.Trim.Remember(dropped.Fold(kept.Vms));
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
            foreach (var (vm, holding) in done.GetAwaiter().GetResult())
            {
                kept.Add(vm, holding);
                grown.Add(vm);
            }
        }

        return counting is null;
    }

    private Dictionary<string, Holding> Count()
    {
        var counts = new Dictionary<string, Holding>();
        foreach (var (vm, bytes) in store.Rows(lastId).TakeWhile(_ => !closed))
        {
            counts[vm] = counts.GetValueOrDefault(vm) + Holding.OfOne(bytes);
        }

        return counts;
    }

    /// <summary>Drops the oldest of some VMs.</summary>
    /// <param name="gives">How much of each.</param>
    /// <param name="weigh">What one of them counts.</param>
    private void Drop(Dictionary<string, long> gives, Func<Holding, long> weigh)
    {
        var going = new Dictionary<(string Vm, string Event), JournalTally>();
        var ids = new List<long>();
        foreach (var row in store.Trim.RowsOf(gives.Keys))
        {
            if (!gives.TryGetValue(row.Vm, out var left))
            {
                continue;
            }

            var one = Holding.OfOne(row.Bytes);
            ids.Add(row.Id);
            going[(row.Vm, row.Event)] = new JournalTally(row.Vm, row.Event, row.Id, going.GetValueOrDefault((row.Vm, row.Event)).Held + one);
            gives[row.Vm] = left -= weigh(one);
            if (left <= 0 && gives.Remove(row.Vm) && gives.Count == 0)
            {
                break;
            }
        }

        Drop([.. going.Values], marks => store.Trim.Drop(ids, marks));
    }

    private void Drop(IReadOnlyList<JournalTally> going, Action<IReadOnlyList<(string Vm, string Event, long UpTo)>> drop)
    {
        // First told, then done: a reader that misses an entry looks here for why.
        drop(dropped.Add(going));
        foreach (var group in going)
        {
            kept.Remove(group.Vm, group.Held);
        }
    }
}
