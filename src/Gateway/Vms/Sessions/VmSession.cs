using System.Diagnostics;
using System.Text.Json;
using Gateway.Vms.Registry;
using Gateway.Vms.Runs;
using Gateway.Vms.Status;
using QmpGateway.Qmp;

namespace Gateway.Vms.Sessions;

/// <summary>Keeps one VM connected, its events journalled and its status known, for as long as the gateway knows the VM.</summary>
internal sealed class VmSession : IVm, IAsyncDisposable
{
    // QEMU answers the first questions in a millisecond, unless its main loop hangs: then the connection is told without them.
    private static readonly TimeSpan FirstAnswers = TimeSpan.FromSeconds(2);

    // A monitor that takes every client and hangs up would otherwise fill the journal.
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private static readonly Caller Itself = new("gateway", "");

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
    /// <param name="connectedBefore">Whether there may have been a connection to it before this session.</param>
    /// <param name="last">What was known of it before.</param>
    /// <param name="environment">What all sessions share.</param>
    public VmSession(VmDefinition definition, bool connectedBefore, LastKnown? last, VmEnvironment environment)
    {
        Definition = definition;
        this.environment = environment;
        state = new VmState(definition.Id, connectedBefore, environment.Journal, environment.Time, Unreachable, definition.Endpoint, last);
        dialer = new MonitorDialer(definition.Id, definition.Endpoint, state, environment.Dial, environment.Watches, environment.Time);
        status = new StatusKeeper(Id, () => Line(RunStateCommands.QueryStatus), state, environment.Options.CommandTimeout, environment.Time, environment.Metrics);
    }

    public string Id => Definition.Id;

    /// <summary>Labels and actions may change under a connection; the endpoint may not.</summary>
    public VmDefinition Definition { get; private set; }

    /// <summary>Ends once the actions of the last <see cref="Redefine"/> were sent, or could not be.</summary>
    public Task ActionsSent { get; private set; } = Task.CompletedTask;

    public VmSnapshot Snapshot => state.Snapshot;

    /// <summary>What the next session of this VM begins with.</summary>
    public LastKnown Last => state.Last;

    /// <summary>What <see cref="LeaveAsync"/> returned; null where the socket is there.</summary>
    public Task? Leaving { get; private set; }

    /// <summary>Whether nobody was found any more after <see cref="LeaveAsync"/>: this session connects no more.</summary>
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

    /// <summary>Takes other labels and actions. Changed actions are sent at once; those that are gone stay as they are on this run.</summary>
    public void Redefine(VmDefinition definition)
    {
        var before = Definition;
        Definition = definition;
        if (line is not null && definition.Actions is { } wanted && wanted != before.Actions)
        {
            ActionsSent = SetActionsAsync(wanted);
        }
    }

    /// <summary>Begins to connect.</summary>
    public void Start() => running = Task.Run(RunAsync);

    /// <summary>The socket is gone. Reads the connection to its end, for QEMU's last events and answers; ends the session once nobody is found.</summary>
    /// <param name="patience">Returns after this time at the latest.</param>
    public Task LeaveAsync(TimeSpan patience)
    {
        dialer.Leaving = true;
        return Leaving = Task.WhenAny(running, Task.Delay(patience, environment.Time));
    }

    /// <summary>The socket is there again.</summary>
    public void Stay()
    {
        if (Leaving is not null)
        {
            (Leaving, dialer.Leaving) = (null, false);
        }
    }

    /// <summary>Hangs up; the VM itself is untouched.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private VmLine Line(string command) => line ?? throw new VmUnreachableException(Id, Snapshot.Connection, command);

    private async Task RunAsync()
    {
        // The request that named the VM is long over when most of this happens.
        Activity.Current = null;
        try
        {
            for (var began = environment.Time.GetTimestamp(); await ConnectAndServeAsync(); began = environment.Time.GetTimestamp())
            {
                if (Breath - environment.Time.GetElapsedTime(began) is var early && early > TimeSpan.Zero)
                {
                    await Task.Delay(early, environment.Time, stopping.Token);
                }
            }

            IsOver = true;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The VM is no longer known, or the gateway ends.
        }
    }

    /// <summary>One connection, from dialling to its end; false where the session left instead.</summary>
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
            // A fault ends this connection, not the session: the VM would stay away for good.
            environment.Logger.Fault(fault, Id);
        }

        return true;
    }

    private async Task ServeAsync(QmpClient client, string run)
    {
        var reason = "the gateway hung up";
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
        // Over a restart of the gateway the actions may be others now, and what was set on the run is forgotten.
        var anew = run != runOfActions;
        runOfActions = run;
        if (anew)
        {
            actions.Forget();
        }

        line = new VmLine(Id, client, run, state, actions, environment.Options);
        state.Connected(client.Greeting, run, first, isProcess: client.Peer is not null);
        environment.Logger.Connected(Id, client.Greeting.Version, run);
        if (anew && Definition.Actions is { } wanted)
        {
            await SetActionsAsync(wanted);
        }
    }

    private async Task<VmStatus?> FirstStatusAsync(QmpClient client)
    {
        try
        {
            return await status.ReadAsync(client, FirstAnswers, stopping.Token);
        }
        catch (QmpException untold)
        {
            environment.Logger.StatusUnknown(Id, untold.Message);
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
            await ExecuteAsync(new VmCommand(command, Itself), stopping.Token);
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

    private void Unreachable(ConnectionState before, ConnectionSnapshot now)
    {
        // A QEMU that ended takes its socket along: that its connection ended is said already.
        if (now.State != ConnectionState.NoSocket || before != ConnectionState.Disconnected)
        {
            environment.Logger.Unreachable(Id, now.State.Name(), now.Reason, ConnectionAdvice.For(now.State));
        }
    }
}
