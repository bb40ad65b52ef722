using System.Diagnostics;
using System.Text.Json;
using Gateway.Audit;
using Gateway.Commands;
using Gateway.Json;
using Gateway.Requests.Audit;
using Gateway.Requests.Problems;
using Gateway.Vms;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.NativeQmp;

/// <summary>Executes the commands of native QMP clients over the shared connection, subject to the command policy, with an entry in the audit log.</summary>
internal sealed class NativeQmpCommands(CommandPolicy policy, AuditLog audit)
{
    // A client that is connected to QEMU directly has no timeout, so this one is very long.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    // Commands that do nothing but receive a file descriptor (SCM_RIGHTS).
    private static readonly string[] PassDescriptors = ["add-fd", "getfd"];

    /// <summary>Executes a command. Returns the reply.</summary>
    public async Task<ReadOnlyMemory<byte>> ExecuteAsync(IVm vm, NativeQmpClient client, NativeQmpRequest request, CancellationToken cancellationToken)
    {
        var caller = new Caller(client.Who, ActivityTraceId.CreateRandom().ToHexString());
        try
        {
            var returned = await SendAsync(vm, request, caller, cancellationToken);
            Note(problem: null);
            return NativeQmpReply.Return(request.Id, returned);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && Problem(failure) is { } problem)
        {
            Note(problem);
            var error = problem.QmpError ?? new QmpError("GenericError", problem.Detail ?? problem.Title);
            return NativeQmpReply.Error(request.Id, error.Class, error.Desc);
        }
        catch
        {
            // The client disconnected or the gateway stopped while the command was in progress.
            Note(ProblemMapper.Of(ProblemKind.OutcomeUnknown, "") with { Outcome = "unknown" });
            throw;
        }

        void Note(Problem? problem)
        {
            if (problem is not null || !BuiltInTable.OnlyReads(request.Command))
            {
                audit.Add(Record(vm, client, request, caller, problem));
            }
        }
    }

    private async Task<JsonText> SendAsync(IVm vm, NativeQmpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (PassDescriptors.Contains(request.Command))
        {
            throw new InvalidRequestException(request.Command, "requires a file descriptor, which cannot be passed through the gateway; use a path, or connect to QEMU's own monitor");
        }

        policy.Check(vm.Id, request.Command, request.Arguments);
        var command = new VmCommand(new QmpCommand(request.Command, request.ArgumentsText, request.OutOfBand), caller) { Timeout = Patience };
        return await vm.ExecuteAsync(command, cancellationToken);
    }

    private static Problem? Problem(Exception failure) => failure is ArgumentException unreadable
        ? ProblemMapper.Of(ProblemKind.InvalidRequest, $"QEMU cannot read the command: {unreadable.Message}")
        : ProblemMapper.Map(failure);

    private static AuditRecord Record(IVm vm, NativeQmpClient client, NativeQmpRequest request, Caller caller, Problem? problem) => new()
    {
        Time = default,
        Who = client.Who,
        WhoKind = client.Kind,
        Remote = client.Remote,
        Vm = vm.Id,
        Command = request.Command,
        Arguments = request.Arguments is { } arguments ? Secrets.Blanked(arguments) : (JsonElement?)null,
        Method = "QMP",
        Path = $"/vms/{vm.Id}/qmp",
        Outcome = problem is null ? "done" : AuditOutcome.Of(problem),
        Problem = problem?.Slug,
        TraceId = caller.TraceId,
    };
}
