using Gateway.Limits;

namespace Gateway.Sockets;

/// <summary>Registers what all listening sockets share.</summary>
internal static class SocketServices
{
    /// <summary>Adds the options of Unix sockets and the limit on connections.</summary>
    public static IServiceCollection AddSockets(this IServiceCollection services, SocketsOptions options) => services
        .AddSingleton(options)
        .AddSingleton(static provider => new ConnectionPlaces(
            provider.GetRequiredService<LimitsOptions>(),
            provider.GetRequiredService<LimitMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ConnectionPlaces>>()));
}
