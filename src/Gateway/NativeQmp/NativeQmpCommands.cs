using Gateway.Audit;
using Gateway.Commands;
using Gateway.Json;
using Gateway.Requests.Audit;
using Gateway.Requests.Problems;
using Gateway.Vms;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.NativeQmp;

/// <summary>Executes the commands of native QMP clients over the shared connection. They are checked and recorded like the commands of all other clients.</summary>
internal sealed class NativeQmpCommands(ClientCommands commands, AuditLog audit)
{
    // A client that is connected to QEMU directly has no timeout, so this one is very long.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    // Commands that do nothing but receive a file descriptor (SCM_RIGHTS).
    private static readonly string[] PassDescriptors = ["add-fd", "getfd"];

    /// <summary>Executes a command. Returns the reply.</summary>
    public async Task<ReadOnlyMemory<byte>> ExecuteAsync(IVm vm, NativeQmpClient client, NativeQmpRequest request, CancellationToken cancellationToken)
    {
        var sender = new NativeQmpSender(client, new AuditEntry(audit));
        try
        {
            var returned = await SendAsync(vm, request, sender, cancellationToken);
            if (!BuiltInTable.OnlyReads(request.Command))
            {
                Record(problem: null);
            }

            return NativeQmpReply.Return(request.Id, returned);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && Problem(failure) is { } problem)
        {
            Record(problem);
            var error = problem.QmpError ?? new QmpError("GenericError", problem.Detail ?? problem.Title);
            return NativeQmpReply.Error(request.Id, error.Class, error.Desc);
        }
        catch
        {
            // The client disconnected or the gateway stopped while the command was in progress.
            Record(ProblemMapper.Of(ProblemKind.OutcomeUnknown, "") with { Outcome = "unknown" });
            throw;
        }

        void Record(Problem? problem) => sender.Audit.Write(sender.OriginFor(vm.Id), vm.Id, problem);
    }

    private async Task<JsonText> SendAsync(IVm vm, NativeQmpRequest request, NativeQmpSender sender, CancellationToken cancellationToken)
    {
        if (PassDescriptors.Contains(request.Command))
        {
            sender.Audit.Note(request.Command, request.Arguments);
            throw new InvalidRequestException(request.Command, "requires a file descriptor, which cannot be passed through the gateway; use a path, or connect to QEMU's own monitor");
        }

        var command = new RawCommand(request.Command, request.Arguments, request.ArgumentsText) { OutOfBand = request.OutOfBand, Timeout = Patience };
        return await commands.PermitRaw(vm, command, sender).SendAsync(cancellationToken);
    }

    private static Problem? Problem(Exception failure) => failure is ArgumentException unreadable
        ? ProblemMapper.Of(ProblemKind.InvalidRequest, $"QEMU cannot read the command: {unreadable.Message}")
        : ProblemMapper.Map(failure);
}
