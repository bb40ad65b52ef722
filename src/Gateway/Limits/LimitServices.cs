using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.Limits;

/// <summary>Registers the limits.</summary>
public static class LimitServices
{
    /// <summary>Adds the limits of the server and the hub, and the places for requests and readers.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services, LimitsOptions limits)
    {
        services.AddSingleton(limits);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = limits.BodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        });
        services.Configure<HubOptions>(hub => hub.MaximumReceiveMessageSize = limits.HubMessageBytes);
        services.AddSingleton<Places>();
        return services.AddSingleton<LimitMetrics>();
    }
}
