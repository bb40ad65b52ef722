using Gateway.Requests.Problems;
using Gateway.Sockets;

namespace Gateway.Observability;

/// <summary>Serves metrics without authentication on separate ports.</summary>
internal static class MetricsPort
{
    /// <summary>Returns the addresses to listen on.</summary>
    public static IReadOnlyList<string> Addresses(this MetricsOptions options) =>
        options.Urls?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Validates the addresses.</summary>
    public static IEnumerable<string> Faults(string key, MetricsOptions options) => options.Addresses().Where(static url => !IsLoopback(url)).Select(url =>
        $"{key}:Urls = '{url}' must be an address of the loopback with a port of its own, as http://127.0.0.1:9464: it asks nobody for a key");

    /// <summary>Serves <c>/metrics</c> on these ports. Every other path returns 404 there.</summary>
    public static void UseMetricsPort(this WebApplication app)
    {
        var ports = app.Services.GetRequiredService<MetricsOptions>().Addresses().Select(static url => new Uri(url).Port).ToHashSet();
        app.MapWhen(context => ports.Contains(context.Connection.LocalPort), static scraped =>
        {
            scraped.UseOpenTelemetryPrometheusScrapingEndpoint(static context => context.Request.Path == "/metrics");
            scraped.Run(static context => context.RequestServices.GetRequiredService<ProblemWriter>().WriteAsync(
                context, ProblemMapper.Of(ProblemKind.NotFound, $"{context.Request.Path} is no route of this port; /metrics is")));
        });
    }

    private static bool IsLoopback(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.Port > 0 && Loopback.Is(uri.Host);
}
