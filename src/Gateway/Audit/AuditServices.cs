namespace Gateway.Audit;

/// <summary>The record of who did what.</summary>
public static class AuditServices
{
    /// <summary>Adds the log.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services, AuditOptions options) =>
        services.AddSingleton(options).AddSingleton<AuditLog>().AddSingleton<AuditReader>();
}
