namespace Gateway.Journal;

/// <summary>Keeps the newest committed entries in memory, so that live readers do not need the disk.</summary>
internal sealed class JournalTail(long head)
{
    private const int Capacity = 16_384;
    private const long MaxBytes = 32 * 1024 * 1024;

    // Shared batches for readers that keep up or are slightly behind. Each encoded format takes the same amount again.
    private const long MaxShared = 8 * 1024 * 1024;

    private readonly Lock sync = new();
    private readonly JournalEntry[] ring = new JournalEntry[Capacity];
    private readonly Dictionary<(long After, int Limit), JournalBatch> shared = [];
    private readonly Queue<(long After, int Limit)> sharedInOrder = [];
    private int first;
    private int count;
    private long bytes;
    private long sharedBytes;

    // Everything after this id is in the ring.
    private long since = head;
    private long head = head;
    private TaskCompletionSource changed = NewSignal();

    /// <summary>The newest entry that readers can see.</summary>
    public long Head => Volatile.Read(ref head);

    /// <summary>Completes when the head moves. Get it before reading, so that no change is missed.</summary>
    public Task Changed => Volatile.Read(ref changed).Task;

    /// <summary>Makes entries visible to readers, and wakes the readers.</summary>
    public void Publish(IReadOnlyList<JournalEntry> committed)
    {
        TaskCompletionSource signal;
        lock (sync)
        {
            foreach (var entry in committed)
            {
                Add(entry);
            }

            Volatile.Write(ref head, committed[^1].Id);
            signal = changed;
            Volatile.Write(ref changed, NewSignal());
        }

        signal.SetResult();
    }

    /// <summary>
    /// Reads up to <paramref name="limit"/> matching entries after <paramref name="after"/>. Returns null if older entries than
    /// those in memory would be needed.
    /// </summary>
    public JournalBatch? Read(EventFilter filter, long after, int limit)
    {
        JournalBatch batch;
        lock (sync)
        {
            if (after < since)
            {
                return null;
            }

            if (filter.MatchesAll)
            {
                return Shared(after, limit);
            }

            batch = Copy(after, limit);
        }

        // Outside the lock, because a filter may have to parse payloads.
        return new JournalBatch([.. batch.Entries.Where(filter.Matches)], batch.Cursor);
    }

    /// <summary>
    /// Returns the batch that other readers got for the same position, even if there are newer entries by now. These readers then stay at the same
    /// position, and each batch is encoded once.
    /// </summary>
    private JournalBatch Shared(long after, int limit)
    {
        if (shared.TryGetValue((after, limit), out var known))
        {
            return known;
        }

        var batch = Copy(after, limit);
        if (batch.Entries.Count > 0)
        {
            shared.Add((after, limit), batch);
            sharedInOrder.Enqueue((after, limit));
            sharedBytes += batch.Size;
            // The newest batch stays regardless of its size, so that a large event is also encoded only once.
            while (sharedBytes > MaxShared && sharedInOrder.Count > 1 && shared.Remove(sharedInOrder.Dequeue(), out var oldest))
            {
                sharedBytes -= oldest.Size;
            }
        }

        return batch;
    }

    private JournalBatch Copy(long after, int limit)
    {
        var index = IndexAfter(after);
        var length = 0;
        for (var size = 0L; length < Math.Min(limit, count - index) && JournalBatch.Holds(ref size, ring[(first + index + length) % Capacity]);)
        {
            length++;
        }

        var entries = new JournalEntry[length];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = ring[(first + index + i) % Capacity];
        }

        return new JournalBatch(entries, index + entries.Length < count ? entries[^1].Id : Math.Max(after, head));
    }

    private void Add(JournalEntry entry)
    {
        while (count == Capacity || (count > 0 && bytes + entry.Envelope.Length > MaxBytes))
        {
            since = ring[first].Id;
            bytes -= ring[first].Envelope.Length;
            ring[first] = null!;
            first = (first + 1) % Capacity;
            count--;
        }

        ring[(first + count++) % Capacity] = entry;
        bytes += entry.Envelope.Length;
    }

    /// <summary>Returns the index in the ring of the first entry after an id.</summary>
    private int IndexAfter(long id)
    {
        int low = 0, high = count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ring[(first + middle) % Capacity].Id <= id)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
