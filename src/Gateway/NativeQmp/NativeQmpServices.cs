namespace Gateway.NativeQmp;

/// <summary>Registers native QMP, for tools that support no other protocol.</summary>
internal static class NativeQmpServices
{
    /// <summary>Adds the sessions, and the sockets in the configuration.</summary>
    public static IServiceCollection AddNativeQmp(this IServiceCollection services)
    {
        services.AddSingleton<NativeQmpCommands>();
        services.AddSingleton<NativeQmpSessions>();
        services.AddSingleton<NativeQmpSockets>();
        return services.AddHostedService(static provider => provider.GetRequiredService<NativeQmpSockets>());
    }
}
