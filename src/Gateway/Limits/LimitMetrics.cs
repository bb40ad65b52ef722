using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Gateway.Metrics;

namespace Gateway.Limits;

/// <summary>Counts what the limits reject, by the name of the setting: <c>requests-per-vm</c> for <see cref="LimitsOptions.RequestsPerVm"/>.</summary>
public sealed class LimitMetrics(GatewayMetrics metrics)
{
    private readonly Counter<long> refusals = metrics.Meter.CreateCounter<long>(
        "qmp_gateway.limit_refusals", description: "Refusals because a limit was reached, by setting.");

    private readonly ConcurrentDictionary<string, Func<long>> uses = new();

    /// <summary>How much of each limit is in use.</summary>
    internal IEnumerable<Measurement<long>> Used => uses.Select(static use => new Measurement<long>(use.Value(), Of(use.Key)));

    /// <summary>Adds a limit to <see cref="Used"/>.</summary>
    internal void ShowUse(string setting, Func<long> used) => uses[setting] = used;

    /// <summary>Counts a rejection.</summary>
    /// <param name="setting">The setting, a member of <see cref="LimitsOptions"/>.</param>
    public void Refused(string setting) => refusals.Add(1, Of(setting));

    /// <summary>Starts the series of a limit at zero. If it only appeared with the first rejection, an alert on its increase would miss that one.</summary>
    internal void Show(string setting) => refusals.Add(0, Of(setting));

    internal static KeyValuePair<string, object?> Of(string setting) => new("limit", JsonNamingPolicy.KebabCaseLower.ConvertName(setting));
}
