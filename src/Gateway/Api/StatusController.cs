using System.ComponentModel.DataAnnotations;
using Gateway.Access;
using Gateway.Api.OpenApi;
using Gateway.Commands;
using Gateway.Commands.Typed;
using Gateway.Json;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Gateway.Requests.Waits;
using Gateway.Vms;
using Microsoft.AspNetCore.Mvc;
using QmpGateway.Qmp;

namespace Gateway.Api;

/// <summary>The run state, asked of QEMU.</summary>
[ApiController]
[Route("vms/{vm}/status")]
[Route("status")]
[Tags("Run state")]
[Access(Role.Viewer)]
public sealed class StatusController(StatusWait wait, TypedValues values, CommandPolicy policy) : ControllerBase
{
    /// <summary>Asks QEMU for its status, or waits for one.</summary>
    /// <remarks>
    /// QEMU's own <c>StatusInfo</c>, asked after the request came in (QAPI: <c>query-status</c>). With <c>until</c> the answer comes as
    /// soon as the status is one of those states; it outlives a disconnect: a VM that is not there yet, or comes back, is waited for.
    /// <c>until=ended</c> waits for the end of the run, and answers <c>{"ended":{…}}</c> as <c>Vm.ended</c> has it; with <c>If-Match</c> it
    /// is the end of that run.
    /// </remarks>
    /// <param name="vm">The VM.</param>
    /// <param name="until">A run state to wait for, or <c>ended</c>. Repeatable: any of them.</param>
    /// <param name="timeout">How many seconds to wait; 30 where nothing is said.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    [HttpGet]
    [Sends(RunStateCommands.QueryStatus)]
    [Waits("until")]
    [ProducesResponseType<StatusInfo>(StatusCodes.Status200OK)]
    [Problems(
        nameof(ProblemKind.CommandForbidden), nameof(ProblemKind.VmNotFound), nameof(ProblemKind.VmAmbiguous), nameof(ProblemKind.CommandRefused), nameof(ProblemKind.CommandNotSupported),
        nameof(ProblemKind.OutcomeUnknown), nameof(ProblemKind.VmUnreachable), nameof(ProblemKind.TimedOut), nameof(ProblemKind.WaitTimedOut),
        nameof(ProblemKind.RunChanged))]
    public async Task<IActionResult> Get(
        [FromVm] IVm vm, [FromQuery] string[]? until, [FromQuery, Range(1, 300)] int? timeout, CancellationToken cancellationToken)
    {
        policy.CheckTyped(vm.Id, RunStateCommands.QueryStatus);
        var status = until is null or [] ? (await ReadAsync(vm, timeout, cancellationToken)).Text : await WaitAsync(vm, until, timeout ?? 30, cancellationToken);
        return new JsonTextResult(status.Utf8);
    }

    private Task<VmStatus> ReadAsync(IVm vm, int? timeout, CancellationToken cancellationToken) => timeout is null
        ? vm.ReadStatusAsync(HttpContext.Caller(), cancellationToken)
        : throw new InvalidRequestException("timeout", "goes with until");

    private async Task<JsonText> WaitAsync(IVm vm, string[] until, int seconds, CancellationToken cancellationToken)
    {
        var states = until.Where(static state => state != AwaitedStatus.Ended).Select(RunState.Of).ToArray();
        await values.CheckAsync(vm, "until", states, cancellationToken);
        var awaited = new AwaitedStatus(states, until.Contains(AwaitedStatus.Ended), Request.Runs());
        return await wait.UntilAsync(vm, awaited, TimeSpan.FromSeconds(seconds), HttpContext.Caller(), cancellationToken);
    }
}
