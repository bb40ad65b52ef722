using Gateway.Json;
using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Commands;

/// <summary>A command that <see cref="ClientCommands"/> has checked. What a client sends to a VM is sent by one of these and by nothing else.</summary>
internal sealed class PermittedCommand(IVmMonitor monitor, QmpCommand command, CommandSender sender, TimeSpan? timeout = null)
{
    /// <summary>The VM that it is for.</summary>
    public IVm Vm => monitor;

    /// <summary>The command's name.</summary>
    public string Name => command.Name;

    /// <summary>The runs of the VM that it is for; null for any.</summary>
    /// <exception cref="InvalidRequestException">The caller's precondition is malformed.</exception>
    public IReadOnlyCollection<string>? Runs => sender.Runs;

    /// <summary>Fails early if the VM is known to be another run. Sending checks it again, on the connection itself.</summary>
    /// <exception cref="RunChangedException">It is another run than the command is for.</exception>
    public void CheckRun()
    {
        if (Runs is { } runs && Vm.Snapshot is { Connection.IsInUse: true, Run: { } run } && !runs.Contains(run))
        {
            throw new RunChangedException(Vm.Id, run, Name);
        }
    }

    /// <summary>Sends it, once, to the run that it is for, and returns what QEMU returned.</summary>
    /// <exception cref="InvalidRequestException">The caller's precondition is malformed; nothing was sent.</exception>
    /// <exception cref="ArgumentException">QEMU could not read the arguments; nothing was sent.</exception>
    /// <inheritdoc cref="IVmMonitor.ExecuteAsync" path="/exception"/>
    public Task<JsonText> SendAsync(CancellationToken cancellationToken) =>
        monitor.ExecuteAsync(new VmCommand(command, sender.Caller) { IfRun = Runs, Timeout = timeout }, cancellationToken);

    /// <summary>Asks for the status: the command's own answer if it is <c>query-status</c>, else the state that the command finds.</summary>
    /// <inheritdoc cref="IVmMonitor.ReadStatusAsync"/>
    public Task<VmStatus> ReadStatusAsync(CancellationToken cancellationToken) => monitor.ReadStatusAsync(sender.Caller, cancellationToken);
}
