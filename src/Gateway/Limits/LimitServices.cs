using Gateway.Configuration;
using Gateway.Observability;
using Gateway.Requests.Limits;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.Limits;

/// <summary>How much the gateway takes on.</summary>
public static class LimitServices
{
    /// <summary>Adds the limits: the server's, the hub's, and those of requests and readers.</summary>
    public static IServiceCollection AddLimits(this IServiceCollection services, GatewayOptions options)
    {
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = options.Limits.BodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = options.Limits.HeaderBytes;
        });
        services.Configure<HubOptions>(hub => hub.MaximumReceiveMessageSize = options.Limits.HubMessageBytes);
        services.AddSingleton<Places>();
        services.AddSingleton<LimitMetrics>();
        services.AddHostedService<LimitGauges>();
        services.AddSingleton<ILoggerProvider, HeaderRefusals>();
        services.AddLogging(static logging => logging
            .AddFilter<HeaderRefusals>(category: null, LogLevel.None)
            .AddFilter<HeaderRefusals>(HeaderRefusals.Category, LogLevel.Debug));
        return services.AddCallerRates(options);
    }

    /// <summary>Refuses requests beyond the limits.</summary>
    public static void UseLimits(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<GatewayOptions>().Limits.RequestsPerCallerPerSecond > 0)
        {
            app.UseRateLimiter();
        }

        app.UseMiddleware<RequestLimits>();
    }
}
