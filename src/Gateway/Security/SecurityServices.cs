using Gateway.Configuration;

namespace Gateway.Security;

/// <summary>Who may ask.</summary>
public static class SecurityServices
{
    /// <summary>Lets pages of the configured origins read the answers.</summary>
    public static IServiceCollection AddGatewaySecurity(this IServiceCollection services, GatewayOptions options) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. options.Security.AllowedOrigins])
            .AllowAnyHeader()
            .AllowAnyMethod()
            .AllowCredentials()
            .WithExposedHeaders("ETag", "Location", "Retry-After", "X-Cursor")));

    /// <summary>Guards all routes.</summary>
    public static IApplicationBuilder UseGatewaySecurity(this IApplicationBuilder app) => app.UseMiddleware<RequestGuard>().UseCors();
}
