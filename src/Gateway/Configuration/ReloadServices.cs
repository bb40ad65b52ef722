using Microsoft.Extensions.Configuration.Json;

namespace Gateway.Configuration;

/// <summary>A configuration that may change while the gateway runs.</summary>
internal static class ReloadServices
{
    /// <summary>Adds the options that hold now, and what looks for others.</summary>
    public static IServiceCollection AddConfigurationReload(this IServiceCollection services, IConfigurationManager configuration, GatewayOptions options, string[] args)
    {
        foreach (var file in configuration.Sources.OfType<JsonConfigurationSource>())
        {
            // The reload reads it by itself, and says what is wrong with it.
            file.OnLoadException = static context => context.Ignore = true;
        }

        services.AddSingleton(new CurrentOptions(options));
        services.AddSingleton<ReadConfiguration>(() => WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]).Configuration);
        services.AddSingleton<ConfigurationReload>();
        services.AddHostedService(static provider => provider.GetRequiredService<ConfigurationReload>());
        return services;
    }
}
