using Gateway.Data;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Metrics;
using Gateway.Vms.Discovery;
using Gateway.Vms.Endpoints;
using Gateway.Vms.Registry;
using Gateway.Vms.Sessions;

namespace Gateway.Vms;

/// <summary>Registers the VMs.</summary>
public static class VmServices
{
    /// <summary>Adds the VMs of the configuration, the API and discovery, and their sessions.</summary>
    public static IServiceCollection AddVms(this IServiceCollection services, QmpOptions qmp, DiscoveryOptions discovery)
    {
        services.AddSingleton(discovery);
        services.AddSingleton<OwnSockets>();
        services.AddSingleton<EndpointClaims>();
        services.AddSingleton<EndpointDialer>();
        services.AddSingleton<Dial>(static provider => provider.GetRequiredService<EndpointDialer>().DialAsync);
        services.AddSingleton<DirectoryWatches>();
        services.AddSingleton(provider => new VmEnvironment(
            qmp,
            provider.GetRequiredService<LimitsOptions>().ReplyBytes,
            provider.GetRequiredService<Dial>(),
            provider.GetRequiredService<DirectoryWatches>(),
            provider.GetRequiredService<IJournal>(),
            provider.GetRequiredService<Deny>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<GatewayMetrics>(),
            provider.GetRequiredService<ILogger<VmSession>>()));
        services.AddSingleton(static provider => new VmRegistry(
            provider.GetRequiredService<VmEnvironment>(),
            VmStore.In(provider.GetRequiredService<DataDirectory>()),
            provider.GetRequiredService<Places>(),
            provider.GetRequiredService<EndpointClaims>(),
            provider.GetRequiredService<EventJournal>().States));
        services.AddSingleton<IVms>(static provider => provider.GetRequiredService<VmRegistry>());
        services.AddSingleton(provider => new SocketDiscovery(
            [.. discovery.Patterns()],
            provider.GetRequiredService<DirectoryWatches>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<SocketDiscovery>>()));
        services.AddHostedService<VmHost>();
        return services;
    }
}
