using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Json;

namespace Gateway.Requests.Binding;

/// <summary>Parses times in requests: RFC 3339, or an age such as <c>15m</c>.</summary>
internal static partial class RequestedTime
{
    /// <summary>Parses the value of a parameter.</summary>
    /// <param name="parameter">The parameter's name.</param>
    /// <param name="text">Its value; null if it is missing.</param>
    /// <param name="now">The current time, from which an age is subtracted.</param>
    /// <exception cref="InvalidRequestException">The value is not a time.</exception>
    public static DateTimeOffset? Parse(string parameter, string? text, DateTimeOffset now) =>
        text is null ? null
        : Age().Match(text) is { Success: true } age && TryUnit(age.Groups[2].Value) is { } unit && TryGoBack(now, age.Groups[1].Value, unit) is { } then ? then
        : Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time
        : throw new InvalidRequestException(
            parameter, $"must be an RFC 3339 time such as 2026-11-24T03:53:00Z (write + as %2B in a query), or an age such as 15m, 2h or 7d, not '{Echo.Of(text)}'");

    private static TimeSpan? TryUnit(string unit) => unit switch
    {
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        _ => null,
    };

    // An age before the first representable time means the first representable time.
    private static DateTimeOffset? TryGoBack(DateTimeOffset now, string count, TimeSpan unit) =>
        long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var units) ? units < now.Ticks / unit.Ticks ? now - (units * unit) : DateTimeOffset.MinValue : null;

    [GeneratedRegex("^([0-9]{1,18})([smhd])\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Age();

    // RFC 3339, section 5.6. The framework would also accept other formats.
    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,18})?([Zz]|[+-][0-9]{2}:[0-9]{2})\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
