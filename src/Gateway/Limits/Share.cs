namespace Gateway.Limits;

/// <summary>Counts how much of a resource is in use, in total and by each caller. Not thread-safe.</summary>
/// <param name="most">The total amount. One caller can use at most half of it.</param>
internal sealed class Share(long most)
{
    private readonly Dictionary<string, long> ofCallers = [];

    /// <summary>The amount in use.</summary>
    public long Taken { get; private set; }

    /// <summary>Returns the maximum amount for a caller.</summary>
    /// <param name="caller">The caller. Null if authentication is not required: then all callers are the same, and the maximum is the total.</param>
    public long MostOf(string? caller) => caller is null ? most : (most + 1) / 2;

    /// <summary>Whether an amount is free for a caller.</summary>
    public bool HasFor(string? caller, long amount = 1) =>
        Taken + amount <= most && (caller is null || ofCallers.GetValueOrDefault(caller) + amount <= MostOf(caller));

    /// <summary>Takes an amount without checking that it is free.</summary>
    public void Take(string? caller, long amount = 1)
    {
        Taken += amount;
        if (caller is not null)
        {
            ofCallers[caller] = ofCallers.GetValueOrDefault(caller) + amount;
        }
    }

    /// <summary>Releases an amount.</summary>
    public void GiveBack(string? caller, long amount = 1)
    {
        Taken -= amount;
        if (caller is not null && (ofCallers[caller] -= amount) == 0)
        {
            ofCallers.Remove(caller);
        }
    }
}
