using System.Text.Json;
using Gateway.Commands;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Requests.Problems;
using Gateway.Vms;

namespace Gateway.Requests.Operations;

/// <summary>
/// What an operator can do to a VM: a lifecycle command, or setting its actions. The routes of one VM and <c>POST /bulk</c> run the same operations. Checking
/// and running are two steps, because a route may have to check its request in between.
/// </summary>
public abstract class Operation
{
    /// <summary>The QMP command.</summary>
    public abstract string Command { get; }

    /// <summary>The arguments of the command; null if it has none.</summary>
    public virtual JsonElement? Arguments => null;

    /// <summary>Whether the operation waits for the event that completes the command. If so, it takes a place for the command itself.</summary>
    public virtual bool Waits => false;

    /// <summary>Checks whether the operation is allowed and valid on a VM.</summary>
    /// <exception cref="InvalidRequestException">The VM's QEMU does not accept an argument.</exception>
    /// <inheritdoc cref="ClientCommands.PermitTyped" path="/exception"/>
    internal abstract Task<PermittedCommand> PermitAsync(IVm vm, CommandSender sender, CancellationToken cancellationToken);

    /// <summary>Sends the command. Returns the event that completed it; null if the operation does not wait, or if QEMU will send no event.</summary>
    /// <param name="permitted">The command, as this operation has checked it.</param>
    /// <param name="limitedAs">The caller, for the limits per caller.</param>
    /// <param name="cancellationToken">Cancels the wait. A command that was already sent may still take effect.</param>
    /// <exception cref="WaitTimedOutException">QEMU acknowledged the command, but it did not complete in time.</exception>
    /// <exception cref="WaitAbortedException">QEMU acknowledged the command, but the VM was lost or the gateway is stopping.</exception>
    /// <inheritdoc cref="PermittedCommand.SendAsync" path="/exception"/>
    internal virtual async Task<JournalEntry?> RunAsync(PermittedCommand permitted, string? limitedAs, CancellationToken cancellationToken)
    {
        await permitted.SendAsync(cancellationToken);
        return null;
    }
}
