namespace Gateway.Audit;

/// <summary>Registers the audit log.</summary>
public static class AuditServices
{
    /// <summary>Adds the audit log and its reader.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services, AuditOptions options) =>
        services.AddSingleton(options).AddSingleton<AuditLog>().AddSingleton<AuditReader>();
}
