using Gateway.Requests.Audit;

namespace Gateway.Audit;

/// <summary>The record of who did what.</summary>
public static class AuditServices
{
    /// <summary>Adds the log.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services.AddSingleton<AuditLog>().AddSingleton<AuditReader>();

    /// <summary>Writes down what comes after this.</summary>
    public static IApplicationBuilder UseAudit(this IApplicationBuilder app) => app.UseMiddleware<AuditedRequests>();
}
