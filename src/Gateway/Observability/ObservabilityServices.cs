using Gateway.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Observability;

/// <summary>Registers metrics and traces.</summary>
public static class ObservabilityServices
{
    /// <summary>
    /// Adds the meters and <c>/metrics</c>. If <c>OTEL_EXPORTER_OTLP_*</c> variables are set, it also exports metrics, traces and logs over OTLP.
    /// Requests are only traced in that case.
    /// </summary>
    public static IServiceCollection AddObservability(this IServiceCollection services, MetricsOptions options, IConfiguration configuration)
    {
        services.AddSingleton<GatewayMetrics>();
        services.AddHostedService<JournalMetrics>();
        services.AddSingleton(options);
        services.AddHostedService<Gauges>();
        services.AddHostedService<LimitGauges>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("qmp-gateway"))
            .WithMetrics(static metrics => metrics.AddMeter(GatewayMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddView(static instrument => ViewOf(instrument.Name)).AddPrometheusExporter(static exporter =>
                {
                    exporter.ScrapeResponseCacheDurationMilliseconds = 0;
                    // Otherwise each series would have a label with the name of its meter, which no dashboard needs.
                    exporter.ScopeInfoEnabled = false;
                }));
        if (IsExportWanted(configuration))
        {
            telemetry.WithTracing(static traces => traces
                .AddSource(CommandSpans.SourceName)
                .AddAspNetCoreInstrumentation(static requests =>
                {
                    requests.Filter = static context => !IsProbe(context.Request.Path);
                    // The query may contain a key, and an environment variable can turn off the default redaction.
                    requests.EnrichWithHttpRequest = static (span, _) => span.SetTag("url.query", null);
                }));
            telemetry.UseOtlpExporter();
        }

        return services;
    }

    // `dotnet.exceptions` is dropped: it exposes names of exception types, which belong in the log.
    private static MetricStreamConfiguration ViewOf(string instrument) => instrument switch
    {
        "dotnet.exceptions" => MetricStreamConfiguration.Drop,
        _ when instrument.StartsWith("http.", StringComparison.Ordinal) || instrument.StartsWith("kestrel.", StringComparison.Ordinal) => new MetricStreamConfiguration
        {
            CardinalityLimit = SeriesOf(instrument),
            TagKeys = ["http.request.method", "http.response.status_code", "http.route", "network.protocol.name", "network.protocol.version", "url.scheme"],
        },
        _ => new MetricStreamConfiguration { CardinalityLimit = SeriesOf(instrument) },
    };

    // Memory for the maximum number of series is allocated up front for each instrument, so only instruments per VM or per event get a high limit.
    private static int SeriesOf(string instrument) => instrument switch
    {
        "qmp_gateway.events" => 50_000,
        "qmp_gateway.guest_panics" or "qmp_gateway.events_lost" or "qmp_gateway.unclaimed_replies" => 20_000,
        _ when instrument.StartsWith("dotnet.", StringComparison.Ordinal) || instrument.StartsWith("kestrel.", StringComparison.Ordinal) => 100,
        _ when instrument.StartsWith("qmp_gateway.vm_", StringComparison.Ordinal) => 20_000,
        _ => 2000,
    };

    private static bool IsExportWanted(IConfiguration configuration) =>
        configuration.AsEnumerable().Any(static setting =>
            setting.Key.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrEmpty(setting.Value));

    // Supervisors and scrapers send these requests every few seconds.
    private static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics");
}
