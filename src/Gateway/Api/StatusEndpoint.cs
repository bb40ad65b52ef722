using System.ComponentModel.DataAnnotations;
using Gateway.Access;
using Gateway.Api.Http;
using Gateway.Api.OpenApi;
using Gateway.Commands;
using Gateway.Commands.Typed;
using Gateway.Json;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Gateway.Requests.Waits;
using Microsoft.AspNetCore.Mvc;
using QmpGateway.Qmp;

namespace Gateway.Api;

/// <summary>
/// Returns the run state from QEMU. This is a plain endpoint instead of a controller, because it is by far the most frequent request, and MVC's overhead took a
/// third of its time.
/// </summary>
internal static class StatusEndpoint
{
    /// <summary>Maps <c>/vms/{vm}/status</c>, and <c>/status</c> for the default VM.</summary>
    public static void MapStatus(this IEndpointRouteBuilder routes)
    {
        // Without MapGroup, which would add a slash: `http.route` has none on any route.
        foreach (var template in (string[])["vms/{vm}/status", "status"])
        {
            routes.MapGet(template, GetAsync).WithHead().WithStrictQuery();
        }
    }

    /// <summary>Returns QEMU's status, or waits for a status.</summary>
    /// <remarks>
    /// The response is QEMU's own <c>StatusInfo</c>, queried after the request arrived (QAPI: <c>query-status</c>). With <c>until</c>, the response
    /// is sent as soon as the VM is in one of those states. The wait continues while the VM is disconnected.
    /// <c>until=ended</c> waits for the end of the run, and returns <c>{"ended":{…}}</c> in the form of <c>Vm.ended</c>. With <c>If-Match</c>, it waits
    /// for the end of that run.
    /// </remarks>
    /// <param name="context">The request.</param>
    /// <param name="requested">Finds the VM of the request.</param>
    /// <param name="commands">Decides whether <c>query-status</c> may be sent.</param>
    /// <param name="values">Checks the run states in <paramref name="until"/>.</param>
    /// <param name="wait">Waits for a run state.</param>
    /// <param name="until">A run state to wait for, or <c>ended</c>. Repeatable: the wait ends at any of them.</param>
    /// <param name="timeout">The maximum number of seconds to wait. Default: 30.</param>
    [ApiRoute(IsAboutVm = true)]
    [Access(Role.Viewer)]
    [Tags("Run state")]
    [Sends(RunStateCommands.QueryStatus)]
    [Waits("until")]
    [ShortAnswer]
    [ProducesResponseType<StatusInfo>(StatusCodes.Status200OK)]
    [Problems(
        nameof(ProblemKind.CommandForbidden), nameof(ProblemKind.VmNotFound), nameof(ProblemKind.VmAmbiguous), nameof(ProblemKind.CommandRefused), nameof(ProblemKind.CommandNotSupported),
        nameof(ProblemKind.OutcomeUnknown), nameof(ProblemKind.VmUnreachable), nameof(ProblemKind.TimedOut), nameof(ProblemKind.WaitTimedOut),
        nameof(ProblemKind.RunChanged))]
    private static async Task GetAsync(
        HttpContext context,
        RequestedVm requested,
        ClientCommands commands,
        TypedValues values,
        StatusWait wait,
        [FromQuery] string[]? until = null,
        [FromQuery, Range(1, 300)] int? timeout = null)
    {
        var vm = requested.Of(context);
        var question = commands.PermitStatus(vm, context.Sender());
        if (until is not (null or []))
        {
            var states = until.Where(static state => state != AwaitedStatus.Ended).Select(RunState.Of).ToArray();
            await values.CheckAsync(vm, "until", states, AwaitedStatus.Ended, context.RequestAborted);
            var awaited = new AwaitedStatus(states, until.Contains(AwaitedStatus.Ended), question.Runs);
            var status = await wait.UntilAsync(question, awaited, TimeSpan.FromSeconds(timeout ?? 30), context.RequestAborted);
            await JsonTextResult.WriteAsync(context, status.Utf8);
        }
        else if (timeout is null)
        {
            var status = await question.ReadStatusAsync(context.RequestAborted);
            await JsonTextResult.WriteAsync(context, status.Text.Utf8);
        }
        else
        {
            throw new InvalidRequestException("timeout", "requires until");
        }
    }
}
