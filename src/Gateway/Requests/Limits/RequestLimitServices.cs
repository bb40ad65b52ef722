using Gateway.Limits;

namespace Gateway.Requests.Limits;

/// <summary>Registers the limits of requests.</summary>
public static class RequestLimitServices
{
    /// <summary>Adds the rate limit per caller, and the count of requests that Kestrel rejects.</summary>
    public static IServiceCollection AddRequestLimits(this IServiceCollection services, LimitsOptions limits)
    {
        services.AddSingleton<ILoggerProvider, HeaderRefusals>();
        services.AddLogging(static logging => logging
            .AddFilter<HeaderRefusals>(category: null, LogLevel.None)
            .AddFilter<HeaderRefusals>(HeaderRefusals.Category, LogLevel.Debug));
        return services.AddCallerRates(limits);
    }
}
