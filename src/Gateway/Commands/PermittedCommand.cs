using Gateway.Json;
using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Commands;

/// <summary>A command that <see cref="ClientCommands"/> has checked. All commands of clients are sent through this class.</summary>
internal sealed class PermittedCommand(IVmMonitor monitor, QmpCommand command, CommandSender sender, TimeSpan? timeout = null)
{
    /// <summary>The VM that the command is for.</summary>
    public IVm Vm => monitor;

    /// <summary>The command's name.</summary>
    public string Name => command.Name;

    /// <summary>The runs of the VM that the command is for; null for any run.</summary>
    /// <exception cref="InvalidRequestException">The caller's precondition is malformed.</exception>
    public IReadOnlyCollection<string>? Runs => sender.Runs;

    /// <summary>Throws if the VM is known to have been restarted. The check is repeated on the connection when the command is sent.</summary>
    /// <exception cref="RunChangedException">The VM has been restarted since the run that the command is for.</exception>
    public void CheckRun()
    {
        if (Runs is { } runs && Vm.Snapshot is { Connection.IsInUse: true, Run: { } run } && !runs.Contains(run))
        {
            throw new RunChangedException(Vm.Id, run, Name);
        }
    }

    /// <summary>Sends the command once, to the run that it is for, and returns its result.</summary>
    /// <exception cref="InvalidRequestException">The caller's precondition is malformed. Nothing was sent.</exception>
    /// <exception cref="ArgumentException">QEMU could not read the arguments. Nothing was sent.</exception>
    /// <inheritdoc cref="IVmMonitor.ExecuteAsync" path="/exception"/>
    public Task<JsonText> SendAsync(CancellationToken cancellationToken) =>
        monitor.ExecuteAsync(new VmCommand(command, sender.Caller) { IfRun = Runs, Timeout = timeout }, cancellationToken);

    /// <summary>Queries the status: the result of the command if it is <c>query-status</c>, otherwise the state before the command.</summary>
    /// <inheritdoc cref="IVmMonitor.ReadStatusAsync"/>
    public Task<VmStatus> ReadStatusAsync(CancellationToken cancellationToken) => monitor.ReadStatusAsync(sender.Caller, cancellationToken);
}
