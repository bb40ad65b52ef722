using Gateway.Limits;

namespace Gateway.Requests.Limits;

/// <summary>The limits of requests.</summary>
public static class RequestLimitServices
{
    /// <summary>Adds the rate of each caller, and the count of what Kestrel refuses.</summary>
    public static IServiceCollection AddRequestLimits(this IServiceCollection services, LimitsOptions limits)
    {
        services.AddSingleton<ILoggerProvider, HeaderRefusals>();
        services.AddLogging(static logging => logging
            .AddFilter<HeaderRefusals>(category: null, LogLevel.None)
            .AddFilter<HeaderRefusals>(HeaderRefusals.Category, LogLevel.Debug));
        return services.AddCallerRates(limits);
    }
}
