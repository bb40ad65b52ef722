using Gateway.Vms;
using QmpGateway.Qmp;

namespace Gateway.Commands;

/// <summary>Queries that QEMU must answer before a client's command is sent.</summary>
internal static class Preparation
{
    /// <summary>Returns the result of a query. If the query fails for lack of an answer, the exception names the command, which was not sent.</summary>
    /// <param name="query">The query.</param>
    /// <param name="vm">The VM.</param>
    /// <param name="command">The client's command.</param>
    public static async Task<T> ForAsync<T>(this Task<T> query, IVm vm, string command)
    {
        try
        {
            return await query;
        }
        catch (QmpTimeoutException hung)
        {
            throw new QmpTimeoutException(command, hung.Timeout, lateReply: null);
        }
        catch (QmpDisconnectedException gone)
        {
            throw new QmpDisconnectedException(command, gone.Reason, sent: false);
        }
        catch (VmUnreachableException)
        {
            throw new VmUnreachableException(vm.Id, vm.Snapshot.Connection, command);
        }
    }
}
