using System.Text.Json;

namespace QmpGateway.Qmp;

/// <summary>The commands about the run state, typed. They fail as <see cref="QmpClient.ExecuteAsync"/> does.</summary>
public static class RunStateExtensions
{
    /// <summary>Queries the VM's run state. (QAPI: query-status, since 0.14)</summary>
    /// <param name="client">The connection.</param>
    /// <param name="timeout">The time for the command; <see cref="QmpClientOptions.CommandTimeout"/> by default.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="QmpProtocolException">QEMU's reply is not a <see cref="StatusInfo"/>.</exception>
    public static async Task<StatusInfo> QueryStatusAsync(this QmpClient client, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var reply = await client.ExecuteAsync(new QmpCommand(RunStateCommands.QueryStatus), timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            return reply.Deserialize(RunStateJson.Default.StatusInfo) ?? throw new JsonException("The reply is null.");
        }
        catch (JsonException malformed)
        {
            throw new QmpProtocolException(
                $"the reply to {RunStateCommands.QueryStatus} is not a StatusInfo: {malformed.Message}", malformed, RunStateCommands.QueryStatus);
        }
    }

    /// <summary>
    /// Sets the actions for when the guest reboots, shuts down or panics, or its watchdog expires. Null keeps an action unchanged.
    /// QMP has no command to read the actions. (QAPI: set-action, since 6.0)
    /// </summary>
    /// <param name="client">The connection.</param>
    /// <param name="actions">The actions to set.</param>
    /// <param name="timeout">The time for the command; <see cref="QmpClientOptions.CommandTimeout"/> by default.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public static Task SetActionAsync(this QmpClient client, SetActionArguments actions, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(actions);
        return client.ExecuteAsync(new QmpCommand(RunStateCommands.SetAction, JsonText.From(actions, RunStateJson.Default.SetActionArguments)), timeout, cancellationToken);
    }

    /// <summary>Sets what QEMU does when the guest's watchdog expires. (QAPI: watchdog-set-action, since 2.11)</summary>
    /// <param name="client">The connection.</param>
    /// <param name="action">The action to set.</param>
    /// <param name="timeout">The time for the command; <see cref="QmpClientOptions.CommandTimeout"/> by default.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public static Task SetWatchdogActionAsync(this QmpClient client, WatchdogAction action, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var arguments = JsonText.From(new WatchdogSetActionArguments { Action = action }, RunStateJson.Default.WatchdogSetActionArguments);
        return client.ExecuteAsync(new QmpCommand(RunStateCommands.WatchdogSetAction, arguments), timeout, cancellationToken);
    }
}
