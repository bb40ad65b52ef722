using Gateway.Access;
using Gateway.Requests.Idempotency;
using Gateway.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Gateway.Security;

/// <summary>Registers authentication, authorization and CORS.</summary>
public static class SecurityServices
{
    private const string KeyOrToken = "KeyOrToken";

    /// <summary>Adds authentication by keys and tokens, authorization by grants, and CORS for the configured origins.</summary>
    public static IServiceCollection AddGatewaySecurity(this IServiceCollection services, SecurityOptions options)
    {
        services.AddSingleton(new AccessRules(options));
        // Kestrel tries the factory that was registered last first.
        services.AddSingleton<IConnectionListenerFactory, KestrelListeners>();
        services.AddHostedService<OpenAccessNotice>();
        services.AddSingleton<IAuthorizationHandler, AccessHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessRefusals>();
        // Not `AddAuthentication`: it adds data protection, which creates keys and writes them to the home directory at startup.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = options.Jwt is null ? KeyAuthentication.Name : KeyOrToken).AddWebEncoders();
        services.AddSingleton<IAuthenticationConfigurationProvider, NoSchemesConfigured>();
        var authentication = new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, configureOptions: null);
        if (options.Jwt is { } jwt)
        {
            authentication.AddJwtBearer(bearer => TokenAuthentication.Configure(bearer, jwt)).AddPolicyScheme(KeyOrToken, displayName: null, static scheme =>
                scheme.ForwardDefaultSelector = static context => Credential.Of(context.Request) is { } shown && Credential.IsToken(shown)
                    ? JwtBearerDefaults.AuthenticationScheme
                    : KeyAuthentication.Name);
        }

        return services
            .AddAuthorization(static authorization =>
                authorization.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddCors()
            .AddOptions<CorsOptions>().Configure<Current<SecurityOptions>>(static (cors, current) => cors.AddDefaultPolicy(policy => policy
                .SetIsOriginAllowed(origin => current.Value.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
                .AllowAnyHeader()
                .AllowAnyMethod()
                .AllowCredentials()
                .WithExposedHeaders("ETag", IdempotentRequests.Replayed, "Location", "Retry-After", "X-Cursor"))).Services;
    }

    // The gateway's own settings define the schemes. This keeps the framework from also reading the section `Authentication:Schemes`.
    private sealed class NoSchemesConfigured : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
