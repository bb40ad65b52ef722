using System.Diagnostics;
using System.Text.Json;
using Gateway.Vms.Registry;
using Gateway.Vms.Runs;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Sessions;

/// <summary>Keeps a VM connected, writes its events to the journal, and keeps its status up to date, until the VM is removed.</summary>
internal sealed class VmSession : IVmMonitor, IAsyncDisposable
{
    // The shortest time between two connections. Otherwise a peer that accepts and closes every connection would fill the journal.
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);

    private readonly VmEnvironment environment;
    private readonly VmState state;
    private readonly MonitorDialer dialer;
    private readonly KnownActions actions = new();
    private readonly StatusKeeper status;
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private string? runOfActions;
    private volatile VmLine? line;
    private volatile QmpClient? lastClient;

    /// <param name="definition">The VM.</param>
    /// <param name="connectedBefore">Whether the VM may have been connected before this session.</param>
    /// <param name="last">The last known state of the VM; null if there is none.</param>
    /// <param name="environment">The services and settings that all sessions share.</param>
    public VmSession(VmDefinition definition, bool connectedBefore, LastKnown? last, VmEnvironment environment)
    {
        Definition = definition;
        this.environment = environment;
        state = new VmState(definition.Id, connectedBefore, environment.Journal, environment.Time, Unreachable, definition.Endpoint, last);
        dialer = new MonitorDialer(definition.Id, definition.Endpoint, state, environment.Dial, environment.Watches, environment.Time);
        status = new StatusKeeper(Id, () => Line(RunStateCommands.QueryStatus), state, environment.Options.CommandTimeout, environment.Time, environment.Metrics);
    }

    public string Id => Definition.Id;

    /// <summary>The definition. Labels, actions and source may change during the session; the endpoint may not.</summary>
    public VmDefinition Definition { get; private set; }

    /// <summary>Completes when the actions of the last <see cref="Redefine"/> were sent or have failed.</summary>
    public Task ActionsSent { get; private set; } = Task.CompletedTask;

    public VmSnapshot Snapshot => state.Snapshot;

    /// <summary>The last known state, for the next session of this VM.</summary>
    public LastKnown Last => state.Last;

    /// <summary>The task that <see cref="LeaveAsync"/> returned; null while the socket exists.</summary>
    public Task? Leaving { get; private set; }

    /// <summary>Whether the session has ended after <see cref="LeaveAsync"/>, because nothing listens at the endpoint.</summary>
    public bool IsOver { get; private set; }

    public DateTimeOffset? LastMessageAt => lastClient?.LastMessageAt;

    public long LastChange => state.LastChange;

    public long LastEvent => state.LastEvent;

    public SetActionArguments Actions => actions.Current;

    public async Task<JsonText> ExecuteAsync(VmCommand command, CancellationToken cancellationToken)
    {
        var answer = await environment.Metrics.CommandAsync(
            Id, command.Command.Name, environment.Time, () => Line(command.Command.Name).ExecuteAsync(command, cancellationToken));
        status.Want();
        return answer;
    }

    public Task<VmStatus> ReadStatusAsync(Caller caller, CancellationToken cancellationToken) => status.ReadAsync(caller, cancellationToken);

    /// <summary>Replaces the definition. Changed actions are sent at once. Removed actions stay in effect until the run ends.</summary>
    public void Redefine(VmDefinition definition)
    {
        var before = Definition;
        Definition = definition;
        if (line is not null && definition.Actions is { } wanted && wanted != before.Actions)
        {
            ActionsSent = SetActionsAsync(wanted);
        }
    }

    /// <summary>Starts to connect.</summary>
    public void Start() => running = Task.Run(RunAsync);

    /// <summary>Ends the session because its socket is gone. First reads the connection to its end, to receive QEMU's last events and replies.</summary>
    /// <param name="patience">The maximum time to wait.</param>
    public Task LeaveAsync(TimeSpan patience)
    {
        dialer.Leaving = true;
        return Leaving = Task.WhenAny(running, Task.Delay(patience, environment.Time));
    }

    /// <summary>Continues the session, because its socket exists again.</summary>
    public void Stay()
    {
        if (Leaving is not null)
        {
            (Leaving, dialer.Leaving) = (null, false);
        }
    }

    /// <summary>Disconnects. QEMU itself is not affected.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private VmLine Line(string command) => line ?? throw new VmUnreachableException(Id, Snapshot.Connection, command);

    private async Task RunAsync()
    {
        // The session outlives the request that registered the VM, so it must not belong to its trace.
        Activity.Current = null;
        try
        {
            for (var began = environment.Time.GetTimestamp(); await ConnectAndServeAsync(); began = environment.Time.GetTimestamp())
            {
                if (MinInterval - environment.Time.GetElapsedTime(began) is var early && early > TimeSpan.Zero)
                {
                    await Task.Delay(early, environment.Time, stopping.Token);
                }
            }

            IsOver = true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The VM was removed, or the gateway is stopping.
        }
    }

    /// <summary>Connects and serves one connection to its end. Returns false if the session has ended instead.</summary>
    private async Task<bool> ConnectAndServeAsync()
    {
        try
        {
            var qmp = new QmpClientOptions { OnEvent = Happened, OnUnclaimedReply = Unclaimed, MaxMessageBytes = environment.ReplyBytes, Time = environment.Time };
            await using var client = await dialer.ConnectAsync(qmp, stopping.Token);
            if (client is null)
            {
                return false;
            }

            lastClient = client;
            await ServeAsync(client, RunIdentity.Of(client));
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // A fault ends this connection, but not the session. Otherwise the VM would stay disconnected.
            environment.Logger.Fault(fault, Id);
        }

        return true;
    }

    private async Task ServeAsync(QmpClient client, string run)
    {
        var reason = "the gateway closed the connection";
        var closed = false;
        try
        {
            await BeginAsync(client, run);
            await status.RunAsync(client, stopping.Token);
            reason = await client.Completion;
            closed = true;
        }
        finally
        {
            line = null;
            state.Disconnected(reason, hasEnded: closed && client.FinalShutdown is not null, livesOn: client.FinalShutdown is null);
            environment.Logger.Disconnected(stopping.IsCancellationRequested ? LogLevel.Debug : LogLevel.Warning, Id, reason);
        }
    }

    private async Task BeginAsync(QmpClient client, string run)
    {
        var first = await FirstStatusAsync(client);
        // After a restart of the gateway, the configured actions may have changed, and the actions that were set on the run are unknown. They are sent again.
        var newRun = run != runOfActions;
        runOfActions = run;
        if (newRun)
        {
            actions.Forget();
        }

        line = new VmLine(Id, client, run, state, actions, environment.Options);
        state.Connected(client.Greeting, run, first, isProcess: client.Peer is not null);
        environment.Logger.Connected(Id, client.Greeting.Version, run);
        if (newRun && Definition.Actions is { } wanted)
        {
            await SetActionsAsync(wanted);
        }
    }

    private async Task<VmStatus?> FirstStatusAsync(QmpClient client)
    {
        try
        {
            return await status.ReadFirstAsync(client, stopping.Token);
        }
        catch (QmpException failure)
        {
            environment.Logger.StatusUnknown(Id, failure.Message);
            return null;
        }
    }

    private async Task SetActionsAsync(SetActionArguments wanted)
    {
        if (environment.Denied(Id, RunStateCommands.SetAction, JsonSerializer.SerializeToElement(wanted, RunStateJson.Default.SetActionArguments)) is { } rule)
        {
            environment.Logger.ActionsDenied(Id, rule);
            return;
        }

        var command = new QmpCommand(RunStateCommands.SetAction, JsonText.From(wanted, RunStateJson.Default.SetActionArguments));
        try
        {
            await ExecuteAsync(new VmCommand(command, Caller.Gateway), stopping.Token);
        }
        catch (Exception refused) when (refused is QmpException or VmUnreachableException)
        {
            environment.Logger.ActionsNotSet(Id, refused.Message);
        }
    }

    private void Happened(QmpEvent happened)
    {
        state.Happened(happened);
        status.Want();
    }

    private void Unclaimed(string? id)
    {
        environment.Logger.ReplyUnclaimed(Id);
        environment.Metrics.ReplyUnclaimed(Id);
    }

    private void Unreachable(ConnectionState before, ConnectionSnapshot now) => environment.Logger.Unreachable(Id, before, now);
}
