using Gateway.Data;

namespace Gateway.Journal;

/// <summary>Registers the journal.</summary>
public static class JournalServices
{
    /// <summary>Adds the journal, in the data directory.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">How much the journal keeps, and how durable it is.</param>
    /// <param name="knownVms">Returns the ids of the VMs in the registry of a data directory.</param>
    public static IServiceCollection AddJournal(this IServiceCollection services, JournalOptions options, Func<DataDirectory, IReadOnlyCollection<string>> knownVms)
    {
        services.AddSingleton(provider => new EventJournal(
            provider.GetRequiredService<DataDirectory>().Path,
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EventJournal>>(),
            knownVms(provider.GetRequiredService<DataDirectory>()),
            provider.GetRequiredService<TrustedClock>()));
        services.AddSingleton<IJournal>(static provider => provider.GetRequiredService<EventJournal>());
        services.AddSingleton<JournalReaders>();
        return services;
    }
}
