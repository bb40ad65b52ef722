
namespace Gateway.Journal;

/// <summary>
/// The events that wait to be written. Beyond a bound, the oldest events of the VM with the most waiting bytes are dropped. Each affected VM gets an
/// EVENTS_LOST event in place of its last lost one.
/// </summary>
internal sealed class JournalBacklog(long lastId, TimeProvider time, long floor = 0)
{
    // The maximum number of events in a transaction. It limits the cost of a retry, and lets readers see the first entries soon.
    private const int MaxTaken = 10_000;

    // The maximum number of VMs whose share is kept although none of their events wait.
    private const int MaxIdle = 1024;

    private readonly object sync = new();
    private readonly List<WaitingEvent> taken = [];
    private readonly Dictionary<string, WaitingShare> shares = [];
    private Queue<WaitingEvent> waiting = [];
    private long last = lastId;
    private long bytes;
    private bool closed;
    private bool nudged;

    /// <summary>The maximum number of waiting bytes. Counts the payload of each event and <see cref="Overhead"/>. The envelope takes about the same amount again.</summary>
    public const long MaxBytes = 128 * 1024 * 1024;

    /// <summary>The cost of an event in addition to its payload.</summary>
    public const int Overhead = 256;

    /// <summary>The newest assigned id.</summary>
    public long Last => Volatile.Read(ref last);

    /// <summary>Adds an event. Returns its id. Never waits.</summary>
    public long Add(NewEvent entry)
    {
        var receivedAt = time.GetUtcNow();
        var envelope = JournalEnvelope.Write(entry, receivedAt);
        lock (sync)
        {
            if (!shares.TryGetValue(entry.Vm, out var share))
            {
                shares.Add(entry.Vm, share = new WaitingShare(entry.Vm));
            }

            var item = new WaitingEvent(Math.Max(last, floor) + 1, entry, receivedAt, envelope, share);
            Volatile.Write(ref last, item.Id);
            waiting.Enqueue(item);
            bytes += item.Cost;
            share.Bytes += item.Cost;
            if (bytes > MaxBytes)
            {
                Lose();
            }

            Monitor.Pulse(sync);
            return item.Id;
        }
    }

    /// <summary>
    /// Waits for events, then removes and returns the oldest ones. Returns none after <see cref="Nudge"/>, and null when the backlog is closed and empty.
    /// The next call reuses the list, because a new list of this size would only be freed by a full garbage collection.
    /// </summary>
    public IReadOnlyList<WaitingEvent>? Take()
    {
        taken.Clear();
        lock (sync)
        {
            while (waiting.Count == 0 && !nudged)
            {
                if (closed)
                {
                    return null;
                }

                Monitor.Wait(sync);
            }

            nudged = false;
            while (taken.Count < MaxTaken && waiting.TryDequeue(out var item))
            {
                if (item.IsLoss)
                {
                    item = item.Share.Loss!.ToEvent(item.Share);
                    item.Share.Loss = null;
                }
                else
                {
                    bytes -= item.Cost;
                    item.Share.Bytes -= item.Cost;
                }

                taken.Add(item);
            }

            if (waiting.Count == 0 && shares.Count > MaxIdle)
            {
                shares.Clear();
            }

            return taken;
        }
    }

    /// <summary>Wakes the thread that waits for events although there are none.</summary>
    public void Nudge()
    {
        lock (sync)
        {
            nudged = true;
            Monitor.Pulse(sync);
        }
    }

    /// <summary>Waits until the backlog closes, but no longer than the given time. Returns whether it is closed.</summary>
    public bool WaitForClose(TimeSpan patience)
    {
        lock (sync)
        {
            var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
            while (!closed && until - Environment.TickCount64 is var left and > 0)
            {
                Monitor.Wait(sync, (int)left);
            }

            return closed;
        }
    }

    /// <summary>Returns how many events are waiting, and how many are lost.</summary>
    public (int Waiting, long Lost) Count()
    {
        lock (sync)
        {
            var losses = shares.Values.Where(static share => share.Loss is not null).ToArray();
            return (waiting.Count - losses.Length, losses.Sum(static share => share.Loss!.Count));
        }
    }

    /// <summary>Closes the backlog, and ends all waits.</summary>
    public void Close()
    {
        lock (sync)
        {
            closed = true;
            Monitor.Pulse(sync);
        }
    }

    /// <summary>
    /// Drops events until the rest fits. This iterates over all waiting events. If there are many, it drops a few more than necessary, so that it does not
    /// run again for each new event.
    /// </summary>
    private void Lose()
    {
        var most = new PriorityQueue<WaitingShare, long>();
        foreach (var item in waiting.Where(static item => !item.IsLoss))
        {
            if (item.Share.Costs.Count == 0)
            {
                most.Enqueue(item.Share, -item.Share.Bytes);
            }

            item.Share.Costs.Enqueue(item.Cost);
        }

        for (var bound = waiting.Count < 64 ? MaxBytes : MaxBytes - (MaxBytes / 64); bytes > bound;)
        {
            var share = most.Dequeue();
            var cost = share.Costs.Dequeue();
            share.ToLose++;
            share.Bytes -= cost;
            bytes -= cost;
            if (share.Costs.Count > 0)
            {
                most.Enqueue(share, -share.Bytes);
            }
        }

        var left = new Queue<WaitingEvent>(waiting.Count);
        foreach (var item in waiting)
        {
            var share = item.Share;
            share.Costs.Clear();
            if (share.ToLose == 0)
            {
                left.Enqueue(item);
            }
            else if (!item.IsLoss)
            {
                share.Lose(item);
                if (--share.ToLose == 0)
                {
                    left.Enqueue(item with { Event = null });
                }
            }
        }

        waiting = left;
    }
}
