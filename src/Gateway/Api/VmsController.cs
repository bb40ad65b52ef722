using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gateway.Access;
using Gateway.Api.Bodies;
using Gateway.Api.OpenApi;
using Gateway.Commands;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Gateway.Vms;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.Api;

/// <summary>The VMs of the gateway, in their last known state.</summary>
[ApiController]
[Route("vms")]
[Tags("VMs")]
public sealed class VmsController(IVms vms, IJournal journal) : ControllerBase
{
    // Longer than a working disk takes, and short enough for a broken one.
    private static readonly TimeSpan JournalPatience = TimeSpan.FromSeconds(1);

    /// <summary>Lists the VMs.</summary>
    /// <remarks>
    /// Never waits for a VM: the response shows the last known state and its age. To watch the VMs, read events after the list's cursor: they
    /// show every change since.
    /// </remarks>
    /// <param name="label">Only VMs with this label, as <c>key=value</c>. Repeatable: all must match.</param>
    /// <param name="connection">Only VMs whose connection is in this state.</param>
    /// <param name="status">Only VMs whose last known status is this run state. A VM that has ended has no status.</param>
    /// <param name="ended"><c>true</c>: only VMs whose run is known to have ended. <c>false</c>: only the others.</param>
    /// <param name="limit">The maximum number of VMs per page. Default: all. If there are more, <c>next</c> continues the list.</param>
    /// <param name="page">The <c>next</c> of the previous page.</param>
    [HttpGet(Name = "ListVms")]
    public async Task<ActionResult<VmList>> List(
        [FromQuery] string[]? label,
        [FromQuery] string? connection,
        [FromQuery] string? status,
        [FromQuery] bool? ended,
        [FromQuery, Range(1, 1000)] int? limit,
        [FromQuery] string? page)
    {
        var labels = VmListFilter.Labels(label ?? []);
        VmListFilter.Check(connection, status);
        if (page is not null && !VmDefinition.IsId(page))
        {
            throw new InvalidRequestException("page", $"must be the next of the previous page, not '{Echo.Of(page)}'");
        }

        // A page starts after the last VM of the previous page, so VMs that are added or removed in between do not shift the others.
        var (shown, cursor) = await ShowAsync(vms.SeenWith(User.Access().Grants).Where(vm => page is null || string.CompareOrdinal(vm.Id, page) > 0));
        Vm[] fitting =
        [
            .. shown.Where(vm =>
                labels.All(wanted => vm.Labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value)
                && (ended is null || (vm.Ended is not null) == ended)
                && (connection is null || vm.Connection.State == connection)
                && (status is null || vm.Status?.Status.Value == status)).Take((limit ?? int.MaxValue - 1) + 1),
        ];
        return fitting.Length > limit ? new VmList(fitting[..limit.Value], cursor, fitting[limit.Value - 1].Id) : new VmList(fitting, cursor);
    }

    /// <summary>Returns a VM.</summary>
    /// <remarks>Never waits for the VM. Its run is sent as <c>ETag</c>, for <c>If-Match</c> on writes.</remarks>
    [HttpGet("{vm}", Name = "GetVm")]
    [Access(Role.Viewer)]
    [Problems(nameof(ProblemKind.VmNotFound))]
    public async Task<ActionResult<Vm>> Get(string vm)
    {
        var shown = await ShowAsync(vms.Get(vm));
        if (shown.Run is { } run)
        {
            Response.Headers[HeaderNames.ETag] = $"\"{run}\"";
        }

        return shown;
    }

    /// <summary>Registers a VM, or changes its definition.</summary>
    /// <remarks>
    /// The definition survives a restart of the gateway. The request does not wait for the connection. A change of only the labels keeps the connection. If a
    /// rule of the command policy denies <c>set-action</c>, a definition with <c>actions</c> is refused and nothing is changed. An administrator of some VMs may
    /// use only the endpoints that the grant lists.
    /// </remarks>
    [HttpPut("{vm}", Name = "PutVm")]
    [Access(Role.Admin, IncludesNewVms = true)]
    [DefinitionBody]
    [ProducesResponseType<Vm>(StatusCodes.Status200OK)]
    [ProducesResponseType<Vm>(StatusCodes.Status201Created)]
    [Problems(
        nameof(ProblemKind.CommandForbidden), nameof(ProblemKind.VmOwned), nameof(ProblemKind.EndpointInUse), nameof(ProblemKind.RunChanged),
        nameof(ProblemKind.AlreadyExists), nameof(ProblemKind.PayloadTooLarge), nameof(ProblemKind.UnsupportedMediaType))]
    public async Task<ActionResult<Vm>> Put(string vm, [FromBody] PutVm body, [FromServices] ClientCommands commands)
    {
        if (!VmDefinition.IsId(vm))
        {
            throw new InvalidRequestException("vm", $"must be a VM id ({VmDefinition.IdFormat}), not '{Echo.Of(vm)}'");
        }

        HttpContext.Audit(command: null, JsonSerializer.SerializeToElement(body, JsonSerializerOptions.Web));
        CheckRun(vm);
        if (body.Actions?.ToArguments() is { } actions)
        {
            commands.CheckActions(vm, actions, User.Access());
        }

        var definition = new VmDefinition(
            vm, QmpEndpoint.Parse(body.Endpoint), VmSource.Api, VmDefinition.Sorted(body.Labels ?? new Dictionary<string, string>()), body.Actions?.ToArguments());
        var (known, created) = await vms.PutAsync(
            definition, User.Access().Who, endpoint => User.Access().Grants.AllowEndpoint(vm, endpoint), Request.OnlyCreates());
        var shown = await ShowAsync(known);
        return created ? CreatedAtRoute("GetVm", new { vm }, shown) : shown;
    }

    /// <summary>Removes a VM from the gateway.</summary>
    /// <remarks>The VM itself is not affected, and its events are kept.</remarks>
    [HttpDelete("{vm}", Name = "DeleteVm")]
    [Access(Role.Admin)]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [Problems(nameof(ProblemKind.VmNotFound), nameof(ProblemKind.VmOwned), nameof(ProblemKind.RunChanged))]
    public async Task<IActionResult> Delete(string vm)
    {
        CheckRun(vm);
        await vms.RemoveAsync(vm, User.Access().Who);
        return NoContent();
    }

    private async Task<Vm> ShowAsync(IVm vm) => (await ShowAsync([vm])).Shown.Single();

    /// <summary>
    /// Returns VMs after the journal has written their last changes to disk. If the gateway were killed before that, clients would have seen a state that
    /// no event ever reports or corrects. If the disk is broken, the VMs are returned anyway.
    /// </summary>
    private async Task<(IEnumerable<Vm> Shown, string Cursor)> ShowAsync(IEnumerable<IVm> wanted)
    {
        // The cursor is read first, so that a change between the two reads is in the snapshot and after the cursor, and is never missed.
        var cursor = journal.HeadCursor();
        (IVm Vm, VmSnapshot Now)[] seen = [.. wanted.Select(static vm => (vm, vm.Snapshot))];
        var lastChange = seen.Select(static vm => vm.Vm.LastChange).DefaultIfEmpty().Max();
        if (journal.Head < lastChange)
        {
            // Waiting for a disk takes real time, whatever clock the gateway uses.
            await journal.IsWrittenAsync(lastChange, JournalPatience, TimeProvider.System);
        }

        return (seen.Select(vm => vm.Vm.ToDto(vm.Now, cursor, journal)), cursor);
    }

    private void CheckRun(string id)
    {
        var run = vms.TryGet(id, out var vm) ? vm.Snapshot.Run : null;
        if (Request.Runs() is { } runs && (run is null || !runs.Contains(run)))
        {
            throw new RunChangedException(id, run, command: null);
        }
    }
}
