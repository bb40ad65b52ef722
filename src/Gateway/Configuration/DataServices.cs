using Gateway.Data;
using Gateway.Journal;
using Gateway.Requests.Idempotency;
using Gateway.Settings;
using Gateway.Vms.Registry;

namespace Gateway.Configuration;

/// <summary>Registers, repairs and opens the data directory.</summary>
public static partial class DataServices
{
    /// <summary>Adds the data directory. The process locks it before it opens any file in it.</summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="options">The options with the path of the directory.</param>
    /// <param name="repair">Whether to move damaged files aside.</param>
    public static IServiceCollection AddDataDirectory(this IServiceCollection services, GatewayOptions options, bool repair) =>
        services.AddTrustedClock().AddSingleton(provider =>
        {
            var data = DataDirectory.Take(options.DataPath());
            try
            {
                Prepare(data.Path, repair, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DataDirectory>>());
                return data;
            }
            catch
            {
                data.Dispose();
                throw;
            }
        });

    /// <summary>Adds the clock that decides when old data expire. Its last time is stored in the data directory.</summary>
    private static IServiceCollection AddTrustedClock(this IServiceCollection services) => services.AddSingleton(static provider =>
        new TrustedClock(Path.Combine(provider.GetRequiredService<DataDirectory>().Path, TrustedClock.FileName), provider.GetRequiredService<TimeProvider>()));

    /// <summary>Opens all data before the host starts. If they failed to open later, the host would log a stack trace around the error.</summary>
    /// <exception cref="ConfigurationException">A file cannot be opened, or is damaged.</exception>
    public static void OpenData(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<EventJournal>();
        _ = app.Services.GetRequiredService<VmRegistry>();
        _ = app.Services.GetRequiredService<KeptAnswers>();
    }

    private static void Prepare(string directory, bool repair, TimeProvider time, ILogger logger)
    {
        var journal = new JournalRepair(Path.Combine(directory, EventJournal.FileName), time, logger);
        journal.Finish();
        if (!repair)
        {
            return;
        }

        var vms = new VmStore(Path.Combine(directory, VmStore.FileName));
        if (vms.MoveAsideIfDamaged(time.GetUtcNow()) is { } registry)
        {
            LogRegistryMoved(logger, registry);
        }

        if (KeptAnswers.MoveAsideIfDamaged(directory, time.GetUtcNow()) is { } answers)
        {
            LogAnswersMoved(logger, answers);
        }

        journal.Run(vms.Load().Known.Keys);
    }

    [LoggerMessage(112, LogLevel.Warning, "The registry of VMs was damaged and has been moved to {Path}. Register the VMs of the API again.")]
    private static partial void LogRegistryMoved(ILogger logger, string path);

    [LoggerMessage(113, LogLevel.Warning, "The store of idempotency answers was damaged and has been moved to {Path}. A request whose key was used before runs again.")]
    private static partial void LogAnswersMoved(ILogger logger, string path);
}
