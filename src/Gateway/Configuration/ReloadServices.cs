using Gateway.Access;
using Gateway.Settings;
using Gateway.Vms.Registry;

namespace Gateway.Configuration;

/// <summary>Registers the reload of the configuration.</summary>
internal static class ReloadServices
{
    /// <summary>Adds the current options, and the service that applies changed ones.</summary>
    public static IServiceCollection AddConfigurationReload(this IServiceCollection services, IConfigurationManager configuration, GatewayOptions options, string[] args)
    {
        services.AddSingleton(SettingsFiles.Of(configuration));
        services.AddSingleton(options);
        services.AddSingleton(new Current<ConfiguredVms>(options.ConfiguredVms()));
        services.AddSingleton(new Current<SecurityOptions>(options.Security));
        services.AddSingleton<ReloadFault>();
        services.AddSingleton<ReadConfiguration>(() => SettingsFiles.Read(args).Configuration);
        services.AddSingleton<ConfigurationReload>();
        services.AddHostedService(static provider => provider.GetRequiredService<ConfigurationReload>());
        return services;
    }
}
