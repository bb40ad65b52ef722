namespace QmpGateway.Qmp;

/// <summary>The names of the commands about the run state.</summary>
public static class RunStateCommands
{
    /// <summary>
    /// Asks for the <see cref="StatusInfo"/>; no arguments. Allowed before <c>x-exit-preconfig</c>. (QAPI: query-status, since 0.14)
    /// </summary>
    public const string QueryStatus = "query-status";

    /// <summary>
    /// Sets what an expired watchdog does; takes <see cref="WatchdogSetActionArguments"/>, answers an empty object.
    /// (QAPI: watchdog-set-action, since 2.11)
    /// </summary>
    public const string WatchdogSetAction = "watchdog-set-action";

    /// <summary>
    /// Sets what QEMU does when the guest reboots, shuts down, panics or lets its watchdog expire; takes <see cref="SetActionArguments"/>,
    /// answers an empty object. QMP has no command that reads them back. Allowed before <c>x-exit-preconfig</c>.
    /// (QAPI: set-action, since 6.0)
    /// </summary>
    public const string SetAction = "set-action";
}
