namespace Gateway.Limits;

/// <summary>Counts and limits the bytes in flight. Thread-safe.</summary>
internal sealed class ByteLimit(long most, LimitMetrics metrics)
{
    private readonly Lock sync = new();
    private readonly Share share = new(most);
    private TaskCompletionSource freed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Taken
    {
        get
        {
            lock (sync)
            {
                return share.Taken;
            }
        }
    }

    public long MostOf(string? caller) => share.MostOf(caller);

    /// <exception cref="LimitReachedException">Not enough bytes are free.</exception>
    public void Take(string? caller, long bytes)
    {
        if (TryTake(caller, bytes, out var ofOne) is not null)
        {
            metrics.Refused(nameof(LimitsOptions.BodyBytesInFlight));
            throw new LimitReachedException(nameof(LimitsOptions.BodyBytesInFlight), most, "Too many bytes of request bodies are in flight", ofOne);
        }
    }

    public async Task TakeAsync(string? caller, long bytes, CancellationToken cancellationToken)
    {
        while (TryTake(caller, bytes, out _) is { } wait)
        {
            await wait.WaitAsync(cancellationToken);
        }
    }

    public void GiveBack(string? caller, long bytes)
    {
        TaskCompletionSource those;
        lock (sync)
        {
            share.GiveBack(caller, bytes);
            (those, freed) = (freed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        those.SetResult();
    }

    /// <summary>Takes bytes and returns null. If not enough are free, it returns a task that completes when others are released.</summary>
    private Task? TryTake(string? caller, long bytes, out bool ofOne)
    {
        lock (sync)
        {
            ofOne = share.HasFor(null, bytes);
            if (!share.HasFor(caller, bytes))
            {
                return freed.Task;
            }

            share.Take(caller, bytes);
            return null;
        }
    }
}
