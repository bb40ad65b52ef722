using Gateway.Limits;

namespace Gateway.Sockets;

/// <summary>Sockets that the gateway listens on.</summary>
internal static class SocketServices
{
    /// <summary>Adds the mode of Unix sockets, and the places of connections.</summary>
    public static IServiceCollection AddSockets(this IServiceCollection services, SocketsOptions options) => services
        .AddSingleton(options)
        .AddSingleton(static provider => new ConnectionPlaces(
            provider.GetRequiredService<LimitsOptions>(),
            provider.GetRequiredService<LimitMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ConnectionPlaces>>()));
}
