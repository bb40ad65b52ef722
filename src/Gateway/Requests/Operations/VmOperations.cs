using System.Text.Json;
using Gateway.Commands;
using Gateway.Journal;
using Gateway.Requests.Waits;
using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Requests.Operations;

/// <summary>The operations on VMs.</summary>
public sealed class VmOperations(ClientCommands commands, LifecycleWait lifecycle)
{
    /// <summary>Returns the operation that sends a lifecycle command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="wait">The number of seconds to wait for the event that completes it; null to not wait.</param>
    public Operation Of(LifecycleCommand command, int? wait) =>
        new LifecycleOperation(commands, lifecycle, command, wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    /// <summary>Returns the operation that sets actions (QAPI: <c>set-action</c>).</summary>
    public Operation Of(SetActionArguments arguments) => new SetActionOperation(commands, arguments);

    /// <summary>Returns the operation that sets the watchdog's action (QAPI: <c>watchdog-set-action</c>).</summary>
    public Operation Of(WatchdogSetActionArguments arguments) => new WatchdogOperation(commands, arguments);

    private sealed class LifecycleOperation(ClientCommands commands, LifecycleWait lifecycle, LifecycleCommand command, TimeSpan? wait) : Operation
    {
        public override string Command => command.Qmp;

        public override bool Waits => wait is not null;

        internal override Task<PermittedCommand> PermitAsync(IVm vm, CommandSender sender, CancellationToken cancellationToken) =>
            Task.FromResult(commands.PermitTyped(vm, command.Qmp, sender));

        internal override Task<JournalEntry?> RunAsync(PermittedCommand permitted, string? limitedAs, CancellationToken cancellationToken) =>
            wait is { } timeout ? lifecycle.RunAsync(permitted, command, timeout, limitedAs, cancellationToken) : base.RunAsync(permitted, limitedAs, cancellationToken);
    }

    private sealed class SetActionOperation(ClientCommands commands, SetActionArguments arguments) : Operation
    {
        public override string Command => RunStateCommands.SetAction;

        public override JsonElement? Arguments { get; } = JsonSerializer.SerializeToElement(arguments, RunStateJson.Default.SetActionArguments);

        internal override Task<PermittedCommand> PermitAsync(IVm vm, CommandSender sender, CancellationToken cancellationToken) =>
            commands.PermitActionsAsync(vm, arguments, sender, cancellationToken);
    }

    private sealed class WatchdogOperation(ClientCommands commands, WatchdogSetActionArguments arguments) : Operation
    {
        public override string Command => RunStateCommands.WatchdogSetAction;

        internal override Task<PermittedCommand> PermitAsync(IVm vm, CommandSender sender, CancellationToken cancellationToken) =>
            commands.PermitWatchdogAsync(vm, arguments, sender, cancellationToken);
    }
}
