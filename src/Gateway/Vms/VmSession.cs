using System.Diagnostics;
using System.Text.Json;
using Qmp;

namespace Gateway.Vms;

/// <summary>Keeps one VM connected, its events journalled and its status known, for as long as the gateway knows the VM.</summary>
internal sealed partial class VmSession : IVm, IAsyncDisposable
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
    private volatile VmLine? line;
    private volatile QmpClient? lastClient;

    /// <param name="definition">The VM.</param>
    /// <param name="connectedBefore">Whether there may have been a connection to it before this session.</param>
    /// <param name="environment">What all sessions share.</param>
    public VmSession(VmDefinition definition, bool connectedBefore, VmEnvironment environment)
    {
        Definition = definition;
        this.environment = environment;
        state = new VmState(definition.Id, connectedBefore, environment.Journal, environment.Time, Unreachable);
        dialer = new MonitorDialer(definition.Id, definition.Endpoint, state, environment.Dial, environment.Watches, environment.Time);
        status = new StatusKeeper(Id, () => Line(RunStateCommands.QueryStatus), state, environment.Options.CommandTimeout, environment.Time, environment.Metrics);
    }

    public string Id => Definition.Id;

    /// <summary>Labels and actions may change under a connection; the endpoint may not.</summary>
    public VmDefinition Definition { get; private set; }

    /// <summary>Ends once the actions of the last <see cref="Redefine"/> were sent, or could not be.</summary>
    public Task ActionsSent { get; private set; } = Task.CompletedTask;

    public VmSnapshot Snapshot => state.Snapshot;

    public DateTimeOffset? LastMessageAt => lastClient?.LastMessageAt;

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
            while (true)
            {
                var began = environment.Time.GetTimestamp();
                await ConnectAndServeAsync();
                var early = Breath - environment.Time.GetElapsedTime(began);
                if (early > TimeSpan.Zero)
                {
                    await Task.Delay(early, environment.Time, stopping.Token);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The VM is known no more, or the gateway ends.
        }
    }

    private async Task ConnectAndServeAsync()
    {
        try
        {
            var qmp = new QmpClientOptions { OnEvent = Happened, MaxMessageBytes = environment.ReplyBytes, Time = environment.Time };
            await using var client = await dialer.ConnectAsync(qmp, stopping.Token);
            lastClient = client;
            await ServeAsync(client, RunIdentity.Of(client));
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            // A fault ends this connection, not the session: the VM would stay away for good.
            LogFault(environment.Logger, fault, Id);
        }
    }

    private async Task ServeAsync(QmpClient client, string run)
    {
        var reason = "the gateway hung up";
        try
        {
            await BeginAsync(client, run);
            await status.RunAsync(client, stopping.Token);
            reason = await client.Completion;
        }
        finally
        {
            line = null;
            state.Disconnected(reason);
            LogDisconnected(environment.Logger, Id, reason);
        }
    }

    private async Task BeginAsync(QmpClient client, string run)
    {
        var first = await FirstStatusAsync(client);
        var anew = run != Snapshot.Run;
        if (anew)
        {
            actions.Forget();
        }

        line = new VmLine(Id, client, run, state, actions, environment.Options);
        state.Connected(client.Greeting, run, first);
        LogConnected(environment.Logger, Id, client.Greeting.Version, run);
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
            LogStatusUnknown(environment.Logger, Id, untold.Message);
            return null;
        }
    }

    private async Task SetActionsAsync(SetActionArguments wanted)
    {
        if (environment.Policy.Denied(Id, RunStateCommands.SetAction, JsonSerializer.SerializeToElement(wanted, RunStateJson.Default.SetActionArguments)) is { } denied)
        {
            LogActionsDenied(environment.Logger, Id, denied.Rule);
            return;
        }

        var command = new QmpCommand(RunStateCommands.SetAction, JsonText.From(wanted, RunStateJson.Default.SetActionArguments));
        try
        {
            await ExecuteAsync(new VmCommand(command, Itself), stopping.Token);
        }
        catch (Exception refused) when (refused is QmpException or VmUnreachableException)
        {
            LogActionsNotSet(environment.Logger, Id, refused.Message);
        }
    }

    private void Happened(QmpEvent happened)
    {
        state.Happened(happened);
        status.Want();
    }

    private void Unreachable(ConnectionState before, ConnectionSnapshot now)
    {
        // A QEMU that ended takes its socket along: that its connection ended is said already.
        if (now.State != ConnectionState.NoSocket || before != ConnectionState.Disconnected)
        {
            LogUnreachable(environment.Logger, Id, now.State.Name(), now.Reason, ConnectionAdvice.For(now.State));
        }
    }

    [LoggerMessage(20, LogLevel.Information, "{Vm} is connected: QEMU {Version}, run {Run}.")]
    private static partial void LogConnected(ILogger logger, string vm, string version, string run);

    [LoggerMessage(21, LogLevel.Warning, "{Vm} is disconnected: {Reason}. It is dialled again; start its QEMU if it should run.")]
    private static partial void LogDisconnected(ILogger logger, string vm, string reason);

    [LoggerMessage(22, LogLevel.Warning, "{Vm} did not tell its status: {Reason}. It is asked again.")]
    private static partial void LogStatusUnknown(ILogger logger, string vm, string reason);

    [LoggerMessage(23, LogLevel.Error, "{Vm} did not take the configured actions: {Reason}. Correct its Actions, or set them by the API.")]
    private static partial void LogActionsNotSet(ILogger logger, string vm, string reason);

    [LoggerMessage(27, LogLevel.Warning, "The actions of {Vm} were not sent: the rule '{Rule}' of Gateway:CommandPolicy denies set-action. Remove its Actions, or change the rule.")]
    private static partial void LogActionsDenied(ILogger logger, string vm, string rule);

    [LoggerMessage(24, LogLevel.Critical, "The session of {Vm} failed and begins anew. This is a fault of the gateway: report it with this line.")]
    private static partial void LogFault(ILogger logger, Exception fault, string vm);

    [LoggerMessage(26, LogLevel.Warning, "{Vm} cannot be reached ({State}): {Reason}. {Advice}.")]
    private static partial void LogUnreachable(ILogger logger, string vm, string state, string? reason, string advice);
}
