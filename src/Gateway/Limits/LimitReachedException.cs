namespace Gateway.Limits;

/// <summary>There are as many of something as a setting allows: nothing was done.</summary>
/// <param name="setting">The setting, a member of <see cref="LimitsOptions"/>.</param>
/// <param name="most">What it is set to.</param>
/// <param name="what">What there is too much of.</param>
/// <param name="ofOne">There is more, but one caller has all that one may have.</param>
public sealed class LimitReachedException(string setting, long most, string what, bool ofOne = false)
    : Exception($"{what}{(ofOne ? " of this caller, who gets at most half" : "")} (Gateway:Limits:{setting} = {most})")
{
    /// <summary>The setting, a member of <see cref="LimitsOptions"/>.</summary>
    public string Setting => setting;
}
