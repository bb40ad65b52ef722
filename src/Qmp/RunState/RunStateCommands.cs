namespace QmpGateway.Qmp;

/// <summary>The names of the commands about the run state.</summary>
public static class RunStateCommands
{
    /// <summary>
    /// Returns the <see cref="StatusInfo"/>. Takes no arguments. Allowed before <c>x-exit-preconfig</c>. (QAPI: query-status, since 0.14)
    /// </summary>
    public const string QueryStatus = "query-status";

    /// <summary>
    /// Sets the action of an expired watchdog. Takes <see cref="WatchdogSetActionArguments"/>, and returns an empty object.
    /// (QAPI: watchdog-set-action, since 2.11)
    /// </summary>
    public const string WatchdogSetAction = "watchdog-set-action";

    /// <summary>
    /// Sets the actions for when the guest reboots, shuts down or panics, or its watchdog expires. Takes <see cref="SetActionArguments"/>,
    /// and returns an empty object. QMP has no command to read the actions. Allowed before <c>x-exit-preconfig</c>.
    /// (QAPI: set-action, since 6.0)
    /// </summary>
    public const string SetAction = "set-action";
}
