using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>Converts actions from the text of the configuration and of the API.</summary>
internal static class ActionTexts
{
    /// <summary>Returns the arguments of <c>set-action</c>. A null argument leaves that action unchanged.</summary>
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
