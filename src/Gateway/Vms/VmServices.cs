using Gateway.Data;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Metrics;
using Gateway.Settings;
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

/// <summary>
/// Starts the sessions before the first request, then runs discovery. When the gateway stops, commands in progress get some time to finish. Then
/// all VMs are disconnected, which reports the outcome of the remaining commands to their callers.
/// </summary>
internal sealed class VmHost(
    VmRegistry registry, SocketDiscovery discovery, Current<ConfiguredVms> configured, DiscoveryOptions options, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    // The host waits for 3 s in total. The remaining time is for writing the responses.
    private static readonly TimeSpan CommandsTimeout = TimeSpan.FromSeconds(2.5);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(() => _ = DisconnectAsync());
        await registry.StartAsync(configured.Value.Define(), discovery.Look());
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Paths.Count == 0 ? Task.CompletedTask : discovery.RunAsync(registry.DiscoveredAsync, stoppingToken);

    private async Task DisconnectAsync()
    {
        await Task.Delay(CommandsTimeout, time);
        await registry.DisposeAsync();
    }
}
