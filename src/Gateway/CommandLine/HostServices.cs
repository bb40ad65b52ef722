namespace Gateway.CommandLine;

/// <summary>What the program is to the system that runs it.</summary>
internal static class HostServices
{
    /// <summary>Adds the system's clock, the messages to systemd, and how the program stops.</summary>
    public static IServiceCollection AddHost(this IServiceCollection services) => services
        .AddSystemd()
        .AddSingleton(TimeProvider.System)
        .Configure<HostOptions>(static host =>
        {
            // Of the 5 s that a stop may take: the rest is for closing the journal.
            host.ShutdownTimeout = TimeSpan.FromSeconds(3);
            // Counting and looking for sockets may fail, and say so in the log; VMs and their events go on.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
}
