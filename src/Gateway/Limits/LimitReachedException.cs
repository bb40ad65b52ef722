namespace Gateway.Limits;

/// <summary>A limit is reached, and nothing was done.</summary>
/// <param name="setting">The setting, a member of <see cref="LimitsOptions"/>.</param>
/// <param name="most">The value of the setting.</param>
/// <param name="what">What there is too much of.</param>
/// <param name="ofOne">Whether only this caller's share of the limit is reached, and not the whole limit.</param>
public sealed class LimitReachedException(string setting, long most, string what, bool ofOne = false)
    : Exception($"{what}{(ofOne ? " from this caller, who may use at most half of the limit" : "")} (Gateway:Limits:{setting} = {most}). Retry later, or raise the limit.")
{
    /// <summary>The setting, a member of <see cref="LimitsOptions"/>.</summary>
    public string Setting => setting;
}
