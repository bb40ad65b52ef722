namespace Gateway.Limits;

/// <summary>There are as many of something as a setting allows: nothing was done.</summary>
public sealed class LimitReachedException(string setting, int most, string what)
    : Exception($"{what}: as many as Gateway:Limits:{setting} = {most} allows")
{
    /// <summary>The setting, a member of <see cref="LimitsOptions"/>.</summary>
    public string Setting => setting;
}
