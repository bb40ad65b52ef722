using System.ComponentModel.DataAnnotations;
using Gateway.Access;
using Gateway.Api.OpenApi;
using Gateway.Commands;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Limits;
using Gateway.NativeQmp;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Gateway.Vms;
using Microsoft.AspNetCore.Mvc;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.Api;

/// <summary>Any command, as QMP has it.</summary>
[ApiController]
[Route("vms/{vm}/qmp")]
[Route("qmp")]
[Tags("QMP")]
[Access(Role.Admin)]
public sealed class QmpController(ClientCommands commands) : ControllerBase
{
    /// <summary>Opens a native QMP session over a WebSocket.</summary>
    /// <remarks>
    /// Each message is one JSON object. The session works like a monitor of QEMU, with its own greeting, <c>qmp_capabilities</c>, ids and events; all sessions share the
    /// gateway's one connection. The command policy applies to each command, and file descriptors cannot be passed. The session ends when the VM's connection ends.
    /// A browser's WebSocket, which cannot send the header <c>Authorization</c>, may send its key or token in the query parameter <c>access_token</c>.
    /// </remarks>
    /// <param name="vm">The VM.</param>
    [HttpGet]
    [OpensWebSocket]
    [ProducesResponseType(StatusCodes.Status101SwitchingProtocols)]
    [Problems(nameof(ProblemKind.VmNotFound), nameof(ProblemKind.VmAmbiguous), nameof(ProblemKind.VmUnreachable))]
    public async Task<IActionResult> Open([FromVm] IVm vm)
    {
        if (!HttpContext.WebSockets.IsWebSocketRequest)
        {
            throw new InvalidRequestException("Upgrade", "must be websocket: this route serves native QMP over a WebSocket; use POST to send a single command");
        }

        if (vm.Snapshot.Connection is { IsInUse: false } away)
        {
            throw new VmUnreachableException(vm.Id, away, "qmp_capabilities");
        }

        var client = new NativeQmpClient(User.Access(), HttpContext.Connection.RemoteIpAddress?.ToString(), User.LimitedAs());
        var sessions = HttpContext.RequestServices.GetRequiredService<NativeQmpSessions>();
        await sessions.ServeAsync(vm, HttpContext.WebSockets.AcceptWebSocketAsync, client, HttpContext.RequestAborted);
        return new EmptyResult();
    }

    /// <summary>Sends a command once.</summary>
    /// <remarks>
    /// Use <c>execute</c>, or <c>exec-oob</c> if QEMU supports it: it works even while other commands are in progress or QEMU's main loop hangs.
    /// The command policy applies.
    /// </remarks>
    /// <param name="vm">The VM.</param>
    /// <param name="body">The command.</param>
    /// <param name="timeout">The command's timeout in seconds. Default: 10, or 60 for commands known to be slow.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    [HttpPost]
    [Sends(null)]
    [QmpBody]
    [WorkInBody(Work.Request)]
    [ProducesResponseType<QmpReply>(StatusCodes.Status200OK)]
    [CommandProblems(HasBody = true)]
    public async Task<IActionResult> Execute(
        [FromVm] IVm vm, [FromBody] QmpRequest body, [FromQuery, Range(1, 3600)] int? timeout, CancellationToken cancellationToken)
    {
        var name = body.Execute ?? body.ExecOob!;
        var text = body.Arguments is { } given ? JsonReading.TextOf(given, await HttpContext.ReadBodyAsync(cancellationToken)) : (JsonText?)null;
        var command = new RawCommand(name, body.Arguments, text) { OutOfBand = body.ExecOob is not null, Timeout = RawCommands.Seconds(timeout) };
        var permitted = commands.PermitRaw(vm, command, HttpContext.Sender());
        HttpContext.TakePlace(CommandWork.Of(name, command.OutOfBand), vm.Id);
        var answer = await permitted.SendRawAsync(cancellationToken);
        return new JsonTextResult(GatewayEvents.Json(json => json.WriteRaw("return", answer)).Utf8);
    }
}
