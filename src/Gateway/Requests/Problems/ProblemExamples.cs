using Gateway.Commands;
using Gateway.Data;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Limits;
using Gateway.Requests.Bulk;
using Gateway.Vms;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.Requests.Problems;

/// <summary>One example of every kind of problem, created by the same code as real problems.</summary>
internal static class ProblemExamples
{
    private const string Vm = "web1";

    public static Problem Of(ProblemKind kind)
    {
        var (path, problem) = Example(kind.Slug);
        return problem with
        {
            Instance = path,
            TraceId = "0af7651916cd43dd8448eb211c80319c",
            Vm = problem.Vm ?? (path.StartsWith($"/vms/{Vm}", StringComparison.Ordinal) ? Vm : null),
        };
    }

    private static (string Path, Problem Problem) Example(string slug) => slug switch
    {
        "invalid-request" => ($"/vms/{Vm}/actions", From(new InvalidRequestException("panic", $"must be one of {string.Join(", ", PanicAction.Known)}, not 'explode'"))),
        "too-many-vms" => ("/bulk", From(new TooManyVmsException(1420, new LimitsOptions().Bulk))),
        "unauthenticated" => ("/vms", ProblemMapper.Of(
            ProblemKind.Unauthenticated, "Send an API key or a token in the header 'Authorization: Bearer'.")),
        "forbidden" => ("/vms", ProblemMapper.Of(ProblemKind.Forbidden, "Requests from the origin 'https://evil.example' are not allowed. Add the origin to Gateway:Security:AllowedOrigins to allow them.")),
        "command-forbidden" => ($"/vms/{Vm}/qmp", From(Forbidden("human-monitor-command"))),
        "vm-not-found" => ("/vms/nope/status", From(new VmNotFoundException("nope"))),
        "not-found" => ("/nowhere", ProblemMapper.Of(ProblemKind.NotFound, "Unknown route /nowhere. See /swagger for the routes of this gateway.")),
        "method-not-allowed" => ($"/vms/{Vm}/stop", ProblemMapper.Of(ProblemKind.MethodNotAllowed, $"/vms/{Vm}/stop accepts POST, not GET.")),
        "vm-ambiguous" => ("/status", From(new VmAmbiguousException([Vm, "web2"]))),
        "vm-owned" => ($"/vms/{Vm}", From(new VmOwnedException(Vm, VmSource.Configuration))),
        "endpoint-in-use" => ($"/vms/{Vm}", From(new EndpointInUseException(Vm, QmpEndpoint.Parse("unix:/run/qemu/db1.qmp")))),
        "command-refused" => ($"/vms/{Vm}/wakeup", From(new QmpCommandException(
            "system_wakeup", "GenericError", "Unable to wake up: guest is not in suspended state"))),
        "cursor-expired" => ("/events", From(new CursorExpiredException(17, 1042))),
        "run-changed" => ($"/vms/{Vm}/reset", From(new RunChangedException(Vm, "1f6b0c2a9d3e4f50", "system_reset"))),
        "already-exists" => ($"/vms/{Vm}", From(new VmExistsException(Vm))),
        "in-progress" => ($"/vms/{Vm}/reset", ProblemMapper.Of(
            ProblemKind.InProgress, "The first request with this idempotency key is still in progress. Retry later.")),
        "key-reused" => ($"/vms/{Vm}/reset", ProblemMapper.Of(ProblemKind.KeyReused, "This idempotency key was used for a different request. Use a new key.")),
        "payload-too-large" => ($"/vms/{Vm}/qmp", ProblemMapper.Of(ProblemKind.PayloadTooLarge, "The request body is larger than this route accepts.")),
        "unsupported-media-type" => ($"/vms/{Vm}/actions", ProblemMapper.Of(
            ProblemKind.UnsupportedMediaType, "Send the request body as UTF-8 with Content-Type: application/json.")),
        "rate-limited" => ($"/vms/{Vm}/qmp", From(new LimitReachedException(
            nameof(LimitsOptions.RequestsPerVm), new LimitsOptions().RequestsPerVm, $"Too many commands for '{Vm}' are in progress"))),
        "command-not-supported" => ($"/vms/{Vm}/actions", From(new QmpCommandException(
            "set-action", QmpCommandException.CommandNotFound, "The command set-action has not been found"))),
        "outcome-unknown" => ($"/vms/{Vm}/reset", From(new QmpDisconnectedException("system_reset", "QEMU closed the connection", sent: true))),
        "vm-unreachable" => ($"/vms/{Vm}/status", From(new VmUnreachableException(
            Vm, new ConnectionSnapshot(ConnectionState.NoSocket, DateTimeOffset.UnixEpoch, "connection refused", 3), RunStateCommands.QueryStatus))),
        "storage-unavailable" => ("/vms/web2", From(new StorageException("the registry of VMs", new IOException("No space left on device")))),
        "wait-aborted" => ($"/vms/{Vm}/powerdown", From(new WaitAbortedException(WaitAbortedException.VmWent, "SHUTDOWN", command: "system_powerdown"))),
        "timed-out" => ($"/vms/{Vm}/stop", From(new QmpTimeoutException("stop", TimeSpan.FromSeconds(10), Task.FromResult(JsonText.EmptyObject)))),
        "wait-timed-out" => ($"/vms/{Vm}/status", From(new WaitTimedOutException(
            "status running", TimeSpan.FromSeconds(30), new JsonText("""{"running":false,"singlestep":false,"status":"paused"}"""u8.ToArray())))),
        _ => throw new ArgumentOutOfRangeException(nameof(slug), slug, "a kind of problem without an example"),
    };

    private static Problem From(Exception failure) => ProblemMapper.Map(failure)!;

    private static CommandForbiddenException Forbidden(string command) => new(command, new CommandPolicy(new CommandPolicyOptions()).Judge(Vm, command));
}
