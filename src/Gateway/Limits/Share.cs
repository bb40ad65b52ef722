namespace Gateway.Limits;

/// <summary>Counts how much of one thing is taken, in all and by each caller. Not safe for use from many threads.</summary>
/// <param name="most">How much there is. One caller gets at most half of it.</param>
internal sealed class Share(long most)
{
    private readonly Dictionary<string, long> ofCallers = [];

    /// <summary>How much is taken.</summary>
    public long Taken { get; private set; }

    /// <summary>How much a caller may take.</summary>
    /// <param name="caller">The caller; null for one of whom no name is asked, since all of those are one.</param>
    public long MostOf(string? caller) => caller is null ? most : (most + 1) / 2;

    /// <summary>Whether there is so much for a caller.</summary>
    public bool HasFor(string? caller, long amount = 1) =>
        Taken + amount <= most && (caller is null || ofCallers.GetValueOrDefault(caller) + amount <= MostOf(caller));

    /// <summary>Takes it, whether or not it is there.</summary>
    public void Take(string? caller, long amount = 1)
    {
        Taken += amount;
        if (caller is not null)
        {
            ofCallers[caller] = ofCallers.GetValueOrDefault(caller) + amount;
        }
    }

    /// <summary>Gives it back.</summary>
    public void GiveBack(string? caller, long amount = 1)
    {
        Taken -= amount;
        if (caller is not null && (ofCallers[caller] -= amount) == 0)
        {
            ofCallers.Remove(caller);
        }
    }
}
