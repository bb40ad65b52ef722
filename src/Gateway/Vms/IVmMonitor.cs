using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>
/// The monitor of a VM, where commands are sent. Only the VM itself and <c>Gateway.Commands</c> use it. Everything else uses <see cref="IVm"/>, which sends
/// nothing, and sends the commands of clients through <c>ClientCommands</c>, which checks and records them. A test enforces this.
/// </summary>
internal interface IVmMonitor : IVm
{
    /// <summary>Sends a command to QEMU. Returns the result. Never sends it twice.</summary>
    /// <exception cref="VmUnreachableException">The VM is not connected. Nothing was sent.</exception>
    /// <exception cref="RunChangedException">The VM has been restarted: its run is not in <see cref="VmCommand.IfRun"/>. Nothing was sent.</exception>
    /// <exception cref="OutOfBandNotOfferedException">This QEMU does not support out-of-band execution. Nothing was sent.</exception>
    /// <exception cref="QmpCommandException">QEMU returned an error.</exception>
    /// <exception cref="QmpDisconnectedException">The connection was lost. The exception says whether the command was sent.</exception>
    /// <exception cref="QmpTimeoutException">QEMU did not reply in time. The exception says whether the command was sent.</exception>
    Task<JsonText> ExecuteAsync(VmCommand command, CancellationToken cancellationToken);

    /// <summary>Reads the status. The reply is newer than this call. Concurrent callers share one <c>query-status</c>.</summary>
    /// <inheritdoc cref="ExecuteAsync" path="/exception"/>
    Task<VmStatus> ReadStatusAsync(Caller caller, CancellationToken cancellationToken);
}
