using Gateway.Data;
using Gateway.Journal.Sqlite;

namespace Gateway.Journal;

/// <summary>
/// Keeps the journal within its limits, and records which entries were dropped. A noisy VM loses only its own history. A cursor expires only for a reader
/// whose filter matches a dropped entry. All methods that write run on the journal's writer thread. <see cref="OldestFor"/> is thread-safe.
/// </summary>
internal sealed class JournalRetention
{
    /// <summary>How often the age of entries is checked, even if nothing is written.</summary>
    public static readonly TimeSpan AgeCheckInterval = TimeSpan.FromMinutes(1);

    private readonly JournalStore store;
    private readonly JournalOptions options;
    private readonly TrustedClock clock;
    private readonly TimeProvider time;
    private readonly long lastId;
    private readonly DroppedMarks dropped;
    private readonly Holdings kept = new();

    // The VMs that may have too many entries. Only these are checked after a commit, so its cost does not depend on the number of VMs.
    private HashSet<string> grown = [];

    // Counting a large journal takes a while. It runs in the background, and trimming starts after it.
    private Task<Dictionary<string, Holding>>? counting;
    private long? ageChecked;
    private volatile bool closed;

    public JournalRetention(JournalStore store, JournalOptions options, TrustedClock clock, TimeProvider time, long lastId)
    {
        (this.store, this.options, this.clock, this.time, this.lastId) = (store, options, clock, time, lastId);
        dropped = new DroppedMarks(store.Trim.Marks());
        counting = lastId == 0 ? null : Task.Run(Count);
    }

    /// <summary>Returns the newest dropped entry that a filter could have matched; 0 if there is none.</summary>
    public long OldestFor(EventFilter filter) => dropped.NewestFor(filter);

    /// <exception cref="CursorExpiredException">A matching entry after <paramref name="after"/> was dropped.</exception>
    public void Check(EventFilter filter, long after)
    {
        if (after < dropped.Newest && OldestFor(filter) is var oldest && oldest > after)
        {
            throw new CursorExpiredException(after, oldest);
        }
    }

    /// <summary>Counts the written entries, and drops entries that exceed a limit or are too old.</summary>
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

            // Removed after dropping, so that a failed drop is tried again.
            grown.Remove(vm);
        }

        if (grown.Capacity > 1024)
        {
            // Iterating over a set costs as much as its largest size ever, so a new set replaces it.
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

    /// <summary>Waits for the count to end, so that the files can be closed. Call this after the last write.</summary>
    public void Close()
    {
        closed = true;
        counting?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
    }

    /// <summary>Returns how many to drop. A journal is trimmed only if it exceeds the limit by more than a 64th, so a large journal is trimmed in larger steps.</summary>
    private static long Excess(long count, long keep) => count > keep + (keep / 64) ? count - keep : 0;

    private bool Counted()
    {
        if (counting is { IsCompleted: true } done)
        {
            // If counting failed, GetResult throws below. Trimming then waits for the new attempt.
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

    /// <summary>Drops the oldest entries of some VMs.</summary>
    /// <param name="gives">How much to drop of each VM.</param>
    /// <param name="weigh">Returns how much an entry counts.</param>
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
        // The marks are added before the entries are dropped, because a reader that misses an entry checks the marks.
        drop(dropped.Add(going));
        foreach (var group in going)
        {
            kept.Remove(group.Vm, group.Held);
        }
    }
}
