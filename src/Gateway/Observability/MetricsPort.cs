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
        $"{key}:Urls = '{url}' must be a loopback address with its own port, such as http://127.0.0.1:9464, because this port requires no authentication");

    /// <summary>Serves <c>/metrics</c> on these ports. Every other path returns 404 there.</summary>
    public static void UseMetricsPort(this WebApplication app)
    {
        var ports = app.Services.GetRequiredService<MetricsOptions>().Addresses().Select(static url => new Uri(url).Port).ToHashSet();
        app.MapWhen(context => ports.Contains(context.Connection.LocalPort), static scraped =>
        {
            scraped.UseOpenTelemetryPrometheusScrapingEndpoint(static context => context.Request.Path == "/metrics");
            scraped.Run(static context => context.RequestServices.GetRequiredService<ProblemWriter>().WriteAsync(
                context, ProblemMapper.Of(ProblemKind.NotFound, $"Unknown route {context.Request.Path}. This port serves /metrics only.")));
        });
    }

    private static bool IsLoopback(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.Port > 0 && Loopback.Is(uri.Host);
}
