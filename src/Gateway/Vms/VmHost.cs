using Gateway.Settings;
using Gateway.Vms.Discovery;
using Gateway.Vms.Registry;

namespace Gateway.Vms;

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
