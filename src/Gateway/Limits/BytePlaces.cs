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
