
namespace Gateway.Limits;

/// <summary>The share of the bytes in flight that one request or message holds until this is disposed.</summary>
public sealed class BytePlaces : IDisposable
{
    private readonly ByteLimit limit;
    private readonly string? caller;
    private long taken;

    internal BytePlaces(ByteLimit limit, string? caller) => (this.limit, this.caller) = (limit, caller);

    /// <summary>Increases the share to a total number of bytes. The first <see cref="Places.SmallBody"/> bytes do not count.</summary>
    /// <exception cref="LimitReachedException">Not enough bytes are free.</exception>
    public void Grow(long bytes)
    {
        if (Counted(bytes) is > 0 and var more)
        {
            limit.Take(caller, more);
            taken += more;
        }
    }

    /// <summary>Increases the share like <see cref="Grow"/>, but waits until enough bytes are free. It takes no more than the caller's maximum.</summary>
    public async Task GrowAsync(long bytes, CancellationToken cancellationToken)
    {
        if (Counted(bytes) is > 0 and var all)
        {
            var more = Math.Min(all, limit.MostOf(caller));
            await limit.TakeAsync(caller, more, cancellationToken);
            taken += more;
        }
    }

    /// <summary>Reduces the share to a total number of bytes.</summary>
    public void Shrink(long bytes)
    {
        if (Counted(bytes) is < 0 and var less)
        {
            limit.GiveBack(caller, -less);
            taken += less;
        }
    }

    /// <summary>Releases the whole share.</summary>
    public void Dispose() => Shrink(0);

    private long Counted(long bytes) => Math.Max(0, bytes - Places.SmallBody) - taken;
}

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
