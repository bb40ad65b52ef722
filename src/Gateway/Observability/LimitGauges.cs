using System.Diagnostics.Metrics;
using System.Globalization;
using Gateway.Limits;
using Gateway.Metrics;
using Gateway.Sockets;
using Gateway.Vms;

namespace Gateway.Observability;

/// <summary>Reports the limits, and at each scrape how much of each is in use.</summary>
internal sealed class LimitGauges(GatewayMetrics metrics, LimitMetrics refusals, LimitsOptions limits, Places places, ConnectionPlaces connections, IVms vms) : IHostedService
{
    private static readonly string[] Counted =
    [
        nameof(LimitsOptions.Connections), nameof(LimitsOptions.Requests), nameof(LimitsOptions.RequestsPerVm), nameof(LimitsOptions.RequestsPerCallerPerSecond), nameof(LimitsOptions.Readers), nameof(LimitsOptions.Vms), nameof(LimitsOptions.Bulk),
        nameof(LimitsOptions.BodyBytes), nameof(LimitsOptions.QmpBodyBytes), nameof(LimitsOptions.HeaderBytes), nameof(LimitsOptions.IdempotencyKeys), nameof(LimitsOptions.IdempotencyBytes), nameof(LimitsOptions.BodyBytesInFlight),
    ];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.Meter.CreateObservableGauge("qmp_gateway.limit", Limits, description: "The configured limits.");
        metrics.Meter.CreateObservableGauge("qmp_gateway.limit_used", Used, description: "How much of a limit is in use.");
        Array.ForEach(Counted, refusals.Show);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<long>> Limits() => typeof(LimitsOptions).GetProperties().Select(setting => new Measurement<long>(
        Convert.ToInt64(setting.GetValue(limits), CultureInfo.InvariantCulture), LimitMetrics.Of(setting.Name)));

    private IEnumerable<Measurement<long>> Used() =>
    [
        .. refusals.Used,
        new(connections.Taken, LimitMetrics.Of(nameof(LimitsOptions.Connections))),
        new(places.Requests, LimitMetrics.Of(nameof(LimitsOptions.Requests))),
        new(places.BodyBytes, LimitMetrics.Of(nameof(LimitsOptions.BodyBytesInFlight))),
        new(places.Readers, LimitMetrics.Of(nameof(LimitsOptions.Readers))),
        new(vms.All.LongCount(static vm => vm.Definition.Source == VmSource.Api), LimitMetrics.Of(nameof(LimitsOptions.Vms))),
    ];
}
