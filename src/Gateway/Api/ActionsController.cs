using Gateway.Access;
using Gateway.Api.Bodies;
using Gateway.Api.OpenApi;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Operations;
using Gateway.Requests.Problems;
using Gateway.Vms;
using Microsoft.AspNetCore.Mvc;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.Api;

/// <summary>What QEMU does on the guest's reboot, shutdown, panic or watchdog.</summary>
[ApiController]
[Route("vms/{vm}")]
[Route("")]
[Tags("Run state")]
[Access(Role.Viewer)]
public sealed class ActionsController(VmOperations operations) : ControllerBase
{
    /// <summary>Sets actions.</summary>
    /// <remarks>
    /// Requires at least one of <c>reboot</c>, <c>shutdown</c>, <c>panic</c> and <c>watchdog</c> (QAPI: <c>set-action</c>, since 6.0). An action that is <c>null</c> is left unchanged, so the response of
    /// <c>GET</c> can be sent back. The values are those that this VM's QEMU supports.
    /// </remarks>
    [HttpPut("actions")]
    [Sends(RunStateCommands.SetAction)]
    [Access(Role.Operator)]
    [CommandProblems(HasBody = true)]
    public Task<ActionResult<VmActions>> Put([FromVm] IVm vm, [FromBody] VmActions body, CancellationToken cancellationToken) =>
        RunAsync(vm, operations.Of(body.ToArguments()), cancellationToken);

    /// <summary>Returns the actions that the gateway has set on this run of QEMU.</summary>
    /// <remarks><c>null</c> means unknown: QMP cannot read actions back.</remarks>
    [HttpGet("actions")]
    [Problems(nameof(ProblemKind.VmNotFound), nameof(ProblemKind.VmAmbiguous))]
    public ActionResult<VmActions> Get([FromVm] IVm vm) => vm.Actions.ToDto();

    /// <summary>Sets the watchdog's action.</summary>
    /// <remarks>QAPI: <c>watchdog-set-action</c>, since 2.11. Returns all actions.</remarks>
    [HttpPut("watchdog")]
    [Sends(RunStateCommands.WatchdogSetAction)]
    [Access(Role.Operator)]
    [CommandProblems(HasBody = true)]
    public Task<ActionResult<VmActions>> PutWatchdog([FromVm] IVm vm, [FromBody] PutWatchdog body, CancellationToken cancellationToken) =>
        RunAsync(vm, operations.Of(new WatchdogSetActionArguments { Action = new WatchdogAction(body.Action) }), cancellationToken);

    private async Task<ActionResult<VmActions>> RunAsync(IVm vm, Operation operation, CancellationToken cancellationToken)
    {
        var permitted = await operation.PermitAsync(vm, HttpContext.Sender(), cancellationToken);
        await operation.RunAsync(permitted, User.LimitedAs(), cancellationToken);
        return vm.Actions.ToDto();
    }
}
