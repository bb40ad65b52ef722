
namespace Gateway.Journal;

/// <summary>
/// The events that wait to be written. Past a bound the oldest of the VM that waits with most are dropped; each VM that lost some gets an event that says
/// so, in the place of the last one lost.
/// </summary>
internal sealed class JournalBacklog(long lastId, TimeProvider time, long floor = 0)
{
    // What one transaction takes: a retry costs no more than this, and readers see the first entries soon.
    private const int MaxTaken = 10_000;

    // VMs whose share is remembered although nothing of them waits.
    private const int MaxIdle = 1024;

    private readonly object sync = new();
    private readonly List<WaitingEvent> taken = [];
    private readonly Dictionary<string, WaitingShare> shares = [];
    private Queue<WaitingEvent> waiting = [];
    private long last = lastId;
    private long bytes;
    private bool closed;
    private bool nudged;

    /// <summary>The bytes that may wait, an event's payload and some for its keeping. Its envelope takes as much again.</summary>
    public const long MaxBytes = 128 * 1024 * 1024;

    /// <summary>What an event costs beside its payload.</summary>
    public const int Overhead = 256;

    /// <summary>The newest id given.</summary>
    public long Last => Volatile.Read(ref last);

    /// <summary>Takes an event; never waits. Answers its id.</summary>
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
    /// Waits for events and takes the oldest, or none when it was nudged; null once the backlog is closed and empty. The list is used again by the
    /// next call: one that is made anew at this size is collected with all that is old.
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

    /// <summary>Wakes who waits for events though there are none.</summary>
    public void Nudge()
    {
        lock (sync)
        {
            nudged = true;
            Monitor.Pulse(sync);
        }
    }

    /// <summary>Waits; ends at once when the backlog closes, and says whether it has.</summary>
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

    /// <summary>How many events wait, and how many are lost.</summary>
    public (int Waiting, long Lost) Count()
    {
        lock (sync)
        {
            var losses = shares.Values.Where(static share => share.Loss is not null).ToArray();
            return (waiting.Count - losses.Length, losses.Sum(static share => share.Loss!.Count));
        }
    }

    /// <summary>Ends waiting.</summary>
    public void Close()
    {
        lock (sync)
        {
            closed = true;
            Monitor.Pulse(sync);
        }
    }

    /// <summary>
    /// Drops what is too much. All that waits is walked for it, so where that is many events, some more are dropped than there must be: the walk is paid by
    /// those that find room without another.
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
