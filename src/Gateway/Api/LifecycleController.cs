using System.ComponentModel.DataAnnotations;
using Gateway.Access;
using Gateway.Api.OpenApi;
using Gateway.Json;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Operations;
using Gateway.Requests.Waits;
using Gateway.Vms;
using Microsoft.AspNetCore.Mvc;
using QmpGateway.Contracts;

namespace Gateway.Api;

/// <summary>Starts and stops.</summary>
[ApiController]
[Route("vms/{vm}")]
[Route("")]
[Tags("Lifecycle")]
[Access(Role.Operator)]
[ProducesResponseType(StatusCodes.Status204NoContent)]
public sealed class LifecycleController(VmOperations operations) : ControllerBase
{
    /// <summary>Pauses the guest.</summary>
    /// <remarks>QAPI: <c>stop</c>. With <c>wait</c>: 200 with the <c>STOP</c> event; 204 if the guest was not running.</remarks>
    /// <param name="vm">The VM.</param>
    /// <param name="wait">The number of seconds to wait for the event that completes the command.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    [HttpPost("stop")]
    [Sends("stop")]
    [ProducesResponseType<GatewayEvent>(StatusCodes.Status200OK)]
    [Waits("wait")]
    [CommandProblems(Waits = true)]
    public Task<IActionResult> Stop([FromVm] IVm vm, [FromQuery, Range(1, 300)] int? wait, CancellationToken cancellationToken) =>
        RunAsync(vm, LifecycleCommand.Stop, wait, cancellationToken);

    /// <summary>Resumes the guest.</summary>
    /// <remarks>QAPI: <c>cont</c>. With <c>wait</c>: 200 with the <c>RESUME</c> event; 204 if the guest was already running.</remarks>
    /// <inheritdoc cref="Stop" path="/param"/>
    [HttpPost("cont")]
    [Sends("cont")]
    [ProducesResponseType<GatewayEvent>(StatusCodes.Status200OK)]
    [Waits("wait")]
    [CommandProblems(Waits = true)]
    public Task<IActionResult> Cont([FromVm] IVm vm, [FromQuery, Range(1, 300)] int? wait, CancellationToken cancellationToken) =>
        RunAsync(vm, LifecycleCommand.Cont, wait, cancellationToken);

    /// <summary>Resets the guest immediately, like its reset button. Unsaved data of the guest is lost.</summary>
    /// <remarks>QAPI: <c>system_reset</c>. With <c>wait</c>: 200 with the <c>RESET</c> event.</remarks>
    /// <inheritdoc cref="Stop" path="/param"/>
    [HttpPost("reset")]
    [Sends("system_reset")]
    [ProducesResponseType<GatewayEvent>(StatusCodes.Status200OK)]
    [Waits("wait")]
    [CommandProblems(Waits = true)]
    public Task<IActionResult> Reset([FromVm] IVm vm, [FromQuery, Range(1, 300)] int? wait, CancellationToken cancellationToken) =>
        RunAsync(vm, LifecycleCommand.Reset, wait, cancellationToken);

    /// <summary>Presses the guest's power button.</summary>
    /// <remarks>
    /// QAPI: <c>system_powerdown</c>. The guest decides how to react. With <c>wait</c>: 200 with the <c>SHUTDOWN</c> event.
    /// </remarks>
    /// <inheritdoc cref="Stop" path="/param"/>
    [HttpPost("powerdown")]
    [Sends("system_powerdown")]
    [ProducesResponseType<GatewayEvent>(StatusCodes.Status200OK)]
    [Waits("wait")]
    [CommandProblems(Waits = true)]
    public Task<IActionResult> Powerdown([FromVm] IVm vm, [FromQuery, Range(1, 300)] int? wait, CancellationToken cancellationToken) =>
        RunAsync(vm, LifecycleCommand.Powerdown, wait, cancellationToken);

    /// <summary>Wakes a suspended guest up.</summary>
    /// <remarks>QAPI: <c>system_wakeup</c>. With <c>wait</c>: 200 with the <c>WAKEUP</c> event.</remarks>
    /// <inheritdoc cref="Stop" path="/param"/>
    [HttpPost("wakeup")]
    [Sends("system_wakeup")]
    [ProducesResponseType<GatewayEvent>(StatusCodes.Status200OK)]
    [Waits("wait")]
    [CommandProblems(Waits = true)]
    public Task<IActionResult> Wakeup([FromVm] IVm vm, [FromQuery, Range(1, 300)] int? wait, CancellationToken cancellationToken) =>
        RunAsync(vm, LifecycleCommand.Wakeup, wait, cancellationToken);

    /// <summary>Quits QEMU immediately, without a guest shutdown. Unsaved data of the guest is lost.</summary>
    /// <remarks>QAPI: <c>quit</c>. With <c>wait</c>: 200 with the <c>SHUTDOWN</c> event.</remarks>
    /// <inheritdoc cref="Stop" path="/param"/>
    [HttpPost("quit")]
    [Sends("quit")]
    [ProducesResponseType<GatewayEvent>(StatusCodes.Status200OK)]
    [Waits("wait")]
    [CommandProblems(Waits = true)]
    public Task<IActionResult> Quit([FromVm] IVm vm, [FromQuery, Range(1, 300)] int? wait, CancellationToken cancellationToken) =>
        RunAsync(vm, LifecycleCommand.Quit, wait, cancellationToken);

    /// <summary>Sends the guest's processors a non-maskable interrupt.</summary>
    /// <remarks>QAPI: <c>inject-nmi</c>. No event completes this command, so it does not support <c>wait</c>.</remarks>
    /// <param name="vm">The VM.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    [HttpPost("nmi")]
    [Sends("inject-nmi")]
    [CommandProblems]
    public Task<IActionResult> Nmi([FromVm] IVm vm, CancellationToken cancellationToken) => RunAsync(vm, LifecycleCommand.Nmi, null, cancellationToken);

    private async Task<IActionResult> RunAsync(IVm vm, LifecycleCommand command, int? wait, CancellationToken cancellationToken)
    {
        var operation = operations.Of(command, wait);
        var permitted = await operation.PermitAsync(vm, HttpContext.Sender(), cancellationToken);
        if (await Request.Body.ReadAsync(new byte[1], cancellationToken) > 0)
        {
            throw new InvalidRequestException("body", "must be empty");
        }

        var completion = await operation.RunAsync(permitted, User.LimitedAs(), cancellationToken);
        return completion is null ? NoContent() : new JsonTextResult(completion.Envelope);
    }
}
