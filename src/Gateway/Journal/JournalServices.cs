using Gateway.Data;

namespace Gateway.Journal;

/// <summary>The journal.</summary>
public static class JournalServices
{
    /// <summary>Adds the journal, in the data directory.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="options">How much of it is kept, and how safely.</param>
    /// <param name="knownVms">The ids of the VMs that a data directory knows.</param>
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
