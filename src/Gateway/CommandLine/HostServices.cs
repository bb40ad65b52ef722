namespace Gateway.CommandLine;

/// <summary>Registers how the program works with the system that runs it.</summary>
internal static class HostServices
{
    /// <summary>Adds the system clock, notifications to systemd, and the options for shutdown.</summary>
    public static IServiceCollection AddHost(this IServiceCollection services) => services
        .AddSystemd()
        .AddSingleton(TimeProvider.System)
        .Configure<HostOptions>(static host =>
        {
            // A stop may take 5 s. The remaining 2 s are for closing the journal.
            host.ShutdownTimeout = TimeSpan.FromSeconds(3);
            // Background services such as metrics and discovery may fail. They log the failure, and must not stop the gateway.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
}
