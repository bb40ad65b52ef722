using System.Text.Json;
using Gateway.Access;
using Gateway.Api.Bodies;
using Gateway.Api.OpenApi;
using Gateway.Limits;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Bulk;
using Gateway.Requests.Limits;
using Gateway.Requests.Operations;
using Gateway.Requests.Problems;
using Gateway.Requests.Waits;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using QmpGateway.Contracts;

namespace Gateway.Api;

/// <summary>Changes many VMs with one request.</summary>
[ApiController]
[Route("bulk")]
[Tags("Lifecycle")]
public sealed class BulkController(VmOperations operations, SelectedVms selected, IOptions<JsonOptions> json) : ControllerBase
{
    // Neither the reads nor the waits of others keep a lifecycle command from being sent.
    private const Work Place = Work.Urgent;

    /// <summary>Runs a lifecycle command, or sets actions, on many VMs.</summary>
    /// <remarks>
    /// Acts on every VM that matches <c>vms</c> and <c>labels</c> and on which the caller is an operator, on at most 32 of them at a time. A failure on one VM does not
    /// affect the others: the response is 200, and each item has its own outcome. <c>dryRun</c> lists the VMs and sends nothing. <c>If-Match</c> is ignored.
    /// </remarks>
    [HttpPost(Name = "Bulk")]
    [Access(Role.Operator, OnAnyVm = true)]
    [Sends(null)]
    [WorkInBody(Place)]
    [ProducesResponseType<BulkResult>(StatusCodes.Status200OK)]
    [Problems(
        nameof(ProblemKind.TooManyVms), nameof(ProblemKind.PayloadTooLarge), nameof(ProblemKind.UnsupportedMediaType), nameof(ProblemKind.OutcomeUnknown))]
    public async Task<IActionResult> Run([FromBody] BulkRequest body, CancellationToken cancellationToken)
    {
        var operation = OperationOf(body);
        HttpContext.Audit(operation.Command, JsonSerializer.SerializeToElement(body, JsonSerializerOptions.Web));
        var vms = selected.Of(new VmSelection(body.Vms!, body.Labels ?? new Dictionary<string, string>()), User.Access().Grants);
        if (body.DryRun)
        {
            // It cannot change anything, so it is not recorded.
            HttpContext.AuditEntry()!.LeaveToParts();
            return Ok(new BulkResult([.. vms.Select(static vm => new BulkItem { Vm = vm.Id })], new Dictionary<string, int>()));
        }

        var work = operation.Waits ? Work.Reader : CommandWork.Of(operation.Command);
        if (work != Place)
        {
            HttpContext.TakePlace(work, vm: null);
        }

        if (vms.Count > 0)
        {
            // Each VM has a record.
            HttpContext.AuditEntry()!.LeaveToParts();
        }

        var run = HttpContext.RequestServices.GetRequiredService<BulkRun>();
        var outcomes = await run.RunAsync(operation, vms, BulkCaller.Of(HttpContext), cancellationToken);
        return new JsonTextResult(BulkBodies.Result(outcomes, json.Value.JsonSerializerOptions).Utf8);
    }

    private Operation OperationOf(BulkRequest body) =>
        LifecycleCommand.Named(body.Action) is { } command ? operations.Of(command, body.Wait) : operations.Of(body.Actions!.ToArguments());
}
