using Gateway.Settings;

namespace Gateway.Configuration;

/// <summary>A configuration that may change while the gateway runs.</summary>
internal static class ReloadServices
{
    /// <summary>Adds the options that hold now, and what looks for others.</summary>
    public static IServiceCollection AddConfigurationReload(this IServiceCollection services, IConfigurationManager configuration, GatewayOptions options, string[] args)
    {
        services.AddSingleton(SettingsFiles.Of(configuration));
        services.AddSingleton(new CurrentOptions(options));
        services.AddSingleton<ReadConfiguration>(() => SettingsFiles.Read(args).Configuration);
        services.AddSingleton<ConfigurationReload>();
        services.AddHostedService(static provider => provider.GetRequiredService<ConfigurationReload>());
        return services;
    }
}
