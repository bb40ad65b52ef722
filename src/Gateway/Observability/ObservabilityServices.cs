using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gateway.Observability;

/// <summary>Metrics and traces.</summary>
public static class ObservabilityServices
{
    /// <summary>
    /// Adds the meters, shown at <c>/metrics</c>; and where the usual <c>OTEL_EXPORTER_OTLP_*</c> variables ask for it, metrics and traces by
    /// OTLP.
    /// </summary>
    public static IServiceCollection AddObservability(this IServiceCollection services)
    {
        services.AddSingleton<GatewayMetrics>();
        services.AddHostedService<JournalMetrics>();
        services.AddHostedService<Gauges>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("qmp-gateway"))
            .WithMetrics(static metrics => metrics.AddMeter(GatewayMetrics.MeterName)
                // A series for each VM and event: a thousand VMs have more than the 2,000 that there would be otherwise.
                .AddView("*", new MetricStreamConfiguration { CardinalityLimit = 100_000 }).AddPrometheusExporter(static exporter =>
                exporter.ScrapeResponseCacheDurationMilliseconds = 0))
            .WithTracing(static traces => traces.AddAspNetCoreInstrumentation());
        if (Environment.GetEnvironmentVariables().Keys.Cast<string>().Any(static name => name.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.Ordinal)))
        {
            telemetry.UseOtlpExporter();
        }

        return services;
    }
}
