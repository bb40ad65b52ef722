using Gateway.Configuration;
using Gateway.Data;
using Gateway.Vms;

namespace Gateway.Journal;

/// <summary>The journal.</summary>
public static class JournalServices
{
    /// <summary>Adds the journal, in the data directory.</summary>
    public static IServiceCollection AddJournal(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(provider => new EventJournal(
            provider.GetRequiredService<DataDirectory>().Path,
            options.Journal,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EventJournal>>(),
            new VmStore(Path.Combine(provider.GetRequiredService<DataDirectory>().Path, VmStore.FileName)).Load().Known.Keys,
            provider.GetRequiredService<TrustedClock>()));
        services.AddSingleton<IJournal>(static provider => provider.GetRequiredService<EventJournal>());
        services.AddSingleton<JournalReaders>();
        return services;
    }
}
