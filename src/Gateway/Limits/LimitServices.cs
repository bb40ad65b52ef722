using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.Limits;

/// <summary>How much the gateway takes on.</summary>
public static class LimitServices
{
    /// <summary>Adds the limits: the server's, the hub's, and the places of requests and readers.</summary>
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
