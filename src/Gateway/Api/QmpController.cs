using System.ComponentModel.DataAnnotations;
using Gateway.Api.Binding;
using Gateway.Api.Json;
using Gateway.Api.OpenApi;
using Gateway.Api.Problems;
using Gateway.Audit;
using Gateway.Commands;
using Gateway.Contracts;
using Gateway.Limits;
using Gateway.Security;
using Gateway.Vms;
using Microsoft.AspNetCore.Mvc;
using Qmp;

namespace Gateway.Api;

/// <summary>Any command, as QMP has it.</summary>
[ApiController]
[Route("vms/{vm}/qmp")]
[Route("qmp")]
[Tags("QMP")]
[Access(Role.Admin)]
public sealed class QmpController(CommandPolicy policy) : ControllerBase
{
    /// <summary>Sends a command, once.</summary>
    /// <remarks>
    /// <c>execute</c>, or <c>exec-oob</c> where QEMU offers it: that passes commands in progress and a hung main loop. The command policy is
    /// asked before QEMU is.
    /// </remarks>
    /// <param name="vm">The VM.</param>
    /// <param name="body">The command.</param>
    /// <param name="timeout">The command's time in seconds; 10 where nothing is said, 60 for commands known to be slow.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    [HttpPost]
    [Sends(null)]
    [QmpBody]
    [ProducesResponseType<QmpReply>(StatusCodes.Status200OK)]
    [CommandProblems(HasBody = true)]
    public async Task<IActionResult> Execute(
        [FromVm] IVm vm, [FromBody] QmpRequest body, [FromQuery, Range(1, 3600)] int? timeout, CancellationToken cancellationToken)
    {
        var name = body.Execute ?? body.ExecOob!;
        HttpContext.Audit(name, body.Arguments);
        policy.Check(vm.Id, name, body.Arguments);
        var arguments = body.Arguments is { } given ? JsonText.From(given) : (JsonText?)null;
        var command = new VmCommand(new QmpCommand(name, arguments, OutOfBand: body.ExecOob is not null), HttpContext.Caller())
        {
            Timeout = timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            IfRun = Request.Runs(),
        };
        try
        {
            var answer = await vm.ExecuteAsync(command, cancellationToken);
            return new JsonTextResult(Reply(answer));
        }
        catch (ArgumentException unreadable)
        {
            throw new InvalidRequestException("arguments", $"QEMU could not read them: {unreadable.Message}");
        }
    }

    private static ReadOnlyMemory<byte> Reply(JsonText answer) => GatewayEvents.Json(json => json.WriteRaw("return", answer)).Utf8;
}
