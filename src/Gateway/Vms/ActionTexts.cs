using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>Actions as configuration and API write them.</summary>
internal static class ActionTexts
{
    /// <summary>The arguments of <c>set-action</c>; what is null is not set.</summary>
    public static SetActionArguments ToArguments(string? reboot, string? shutdown, string? panic, string? watchdog) => new()
    {
        Reboot = Of<RebootAction>(reboot),
        Shutdown = Of<ShutdownAction>(shutdown),
        Panic = Of<PanicAction>(panic),
        Watchdog = Of<WatchdogAction>(watchdog),
    };

    private static T? Of<T>(string? value)
        where T : struct, IQapiEnum<T> => value is null ? null : T.Of(value);
}
