namespace QmpGateway.Qmp;

/// <summary>
/// The commands that change the run state. QEMU's acknowledgement does not mean that the change is complete: an event says so. They fail as
/// <see cref="QmpClient.ExecuteAsync"/> does.
/// </summary>
public static class LifecycleExtensions
{
    /// <summary>Pauses the VM; the event <c>STOP</c> follows, unless it was not running. (QAPI: stop)</summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public static Task StopAsync(this QmpClient client, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RunAsync(client, "stop", timeout, cancellationToken);

    /// <summary>Resumes the VM; the event <c>RESUME</c> follows, unless it was running. (QAPI: cont)</summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public static Task ContinueAsync(this QmpClient client, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RunAsync(client, "cont", timeout, cancellationToken);

    /// <summary>Resets the VM; the event <c>RESET</c> follows. (QAPI: system_reset)</summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public static Task SystemResetAsync(this QmpClient client, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RunAsync(client, "system_reset", timeout, cancellationToken);

    /// <summary>Asks the guest to power down; <c>SHUTDOWN</c> follows if the guest does so. (QAPI: system_powerdown)</summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public static Task SystemPowerdownAsync(this QmpClient client, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RunAsync(client, "system_powerdown", timeout, cancellationToken);

    /// <summary>Wakes a suspended guest; the event <c>WAKEUP</c> follows. (QAPI: system_wakeup)</summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public static Task SystemWakeupAsync(this QmpClient client, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RunAsync(client, "system_wakeup", timeout, cancellationToken);

    /// <summary>Quits QEMU immediately, without a guest shutdown; the event <c>SHUTDOWN</c> comes before the connection ends. (QAPI: quit)</summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public static Task QuitAsync(this QmpClient client, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RunAsync(client, "quit", timeout, cancellationToken);

    /// <summary>Sends the guest a non-maskable interrupt. (QAPI: inject-nmi)</summary>
    /// <inheritdoc cref="RunAsync" path="/param"/>
    public static Task InjectNmiAsync(this QmpClient client, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        RunAsync(client, "inject-nmi", timeout, cancellationToken);

    /// <param name="client">The connection.</param>
    /// <param name="command">The command's QAPI name.</param>
    /// <param name="timeout">The time for the command; <see cref="QmpClientOptions.CommandTimeout"/> by default.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    private static Task<JsonText> RunAsync(QmpClient client, string command, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.ExecuteAsync(new QmpCommand(command), timeout, cancellationToken);
    }
}
