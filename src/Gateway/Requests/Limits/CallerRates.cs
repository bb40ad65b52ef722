using System.Threading.RateLimiting;
using Gateway.Access;
using Gateway.Limits;
using Gateway.Requests.Binding;
using Gateway.Requests.Problems;

namespace Gateway.Requests.Limits;

/// <summary>Limits the requests per second of each caller with the framework's rate limiter, so that one caller's loop does not slow down the others.</summary>
internal static class CallerRates
{
    /// <summary>Adds the limiter.</summary>
    public static IServiceCollection AddCallerRates(this IServiceCollection services, LimitsOptions limits) => services.AddRateLimiter(limiter =>
    {
        var most = limits.RequestsPerCallerPerSecond;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            context.ApiRoute() is null
                ? RateLimitPartition.GetNoLimiter("")
                : RateLimitPartition.GetTokenBucketLimiter(context.User.Access().Identity, _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = most,
                    TokensPerPeriod = most,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                }));
        limiter.OnRejected = async (rejected, _) =>
        {
            var context = rejected.HttpContext;
            context.RequestServices.GetRequiredService<LimitMetrics>().Refused(nameof(LimitsOptions.RequestsPerCallerPerSecond));
            await context.RequestServices.GetRequiredService<ProblemWriter>().WriteAsync(context, ProblemMapper.Map(new LimitReachedException(
                nameof(LimitsOptions.RequestsPerCallerPerSecond), most, $"'{context.User.Access().Who}' sends too many requests per second"))!);
        };
    });

    /// <summary>Rejects requests above the rate limit, if one is configured.</summary>
    public static void UseCallerRates(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<LimitsOptions>().RequestsPerCallerPerSecond > 0)
        {
            app.UseRateLimiter();
        }
    }
}
