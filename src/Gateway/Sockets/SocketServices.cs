using Gateway.Configuration;
using Gateway.Limits;
using Gateway.Security;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Sockets;

/// <summary>Listening sockets.</summary>
internal static class SocketServices
{
    /// <summary>Adds what Kestrel listens with, and the places of connections.</summary>
    public static IServiceCollection AddListeners(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(provider => new ConnectionPlaces(
            options.Limits,
            provider.GetRequiredService<LimitMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ConnectionPlaces>>()));
        // Kestrel asks the last one first.
        return services.AddSingleton<IConnectionListenerFactory, KestrelListeners>();
    }
}
