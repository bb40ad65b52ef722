using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gateway.Access;
using Gateway.Api.Bodies;
using Gateway.Api.OpenApi;
using Gateway.Commands;
using Gateway.Commands.Typed;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Limits;
using Gateway.Requests.Audit;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Gateway.Vms;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using QmpGateway.Contracts;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;

namespace Gateway.Api;

/// <summary>Every command of this very QEMU, which describes itself.</summary>
[ApiController]
[Route("vms/{vm}")]
[Route("")]
[Tags("QMP")]
[Access(Role.Viewer)]
public sealed class CommandsController(ClientCommands commands, CommandPolicy policy) : ControllerBase
{
    /// <summary>Lists the commands of the VM's QEMU.</summary>
    /// <remarks>
    /// Arguments and return values are described in JSON Schema (2020-12), derived from QEMU's own schema (QAPI: <c>query-qmp-schema</c>). <c>allowed</c> and
    /// <c>rule</c> are the decision of the command policy, regardless of the arguments. For a VM that is not connected, these are the commands of its last run.
    /// </remarks>
    [HttpGet("commands")]
    [Sends(QapiSchema.Query)]
    [ProducesResponseType<CommandList>(StatusCodes.Status200OK)]
    [Problems(
        nameof(ProblemKind.CommandForbidden), nameof(ProblemKind.VmNotFound), nameof(ProblemKind.VmAmbiguous), nameof(ProblemKind.CommandRefused), nameof(ProblemKind.CommandNotSupported),
        nameof(ProblemKind.OutcomeUnknown), nameof(ProblemKind.VmUnreachable), nameof(ProblemKind.TimedOut))]
    public async Task<IActionResult> List([FromVm] IVm vm, CancellationToken cancellationToken)
    {
        var texts = (await commands.ReadSchemaAsync(vm, HttpContext.Sender(), cancellationToken)).Texts;
        return new JsonTextResult(GatewayEvents.Json(json =>
        {
            json.WriteStartArray("items");
            foreach (var text in texts.Commands)
            {
                Write(json, text, policy.Judge(vm.Id, text.Command.Name));
            }

            json.WriteEndArray();
            json.WriteRaw("$defs", texts.Definitions);
        }).Utf8);
    }

    /// <summary>Sends a command once, after checking its arguments against the schema of the VM's QEMU.</summary>
    /// <remarks>
    /// The body contains the arguments; an empty body means no arguments. The response is QEMU's return value. Invalid arguments are reported by their path, such as
    /// <c>props.size</c>, before anything is sent. The command policy applies.
    /// </remarks>
    /// <param name="vm">The VM.</param>
    /// <param name="command">The command.</param>
    /// <param name="body">Its arguments.</param>
    /// <param name="timeout">The command's timeout in seconds. Default: 10, or 60 for commands known to be slow.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    [HttpPost("commands/{command}")]
    [Access(Role.Admin)]
    [Sends(null)]
    [QmpBody]
    [WorkInBody(Work.Request)]
    [ProducesResponseType<JsonElement>(StatusCodes.Status200OK)]
    [CommandProblems(HasBody = true)]
    public async Task<IActionResult> Execute(
        [FromVm] IVm vm,
        string command,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] CommandArguments? body,
        [FromQuery, Range(1, 3600)] int? timeout,
        CancellationToken cancellationToken)
    {
        // Before the limits are checked, so that the audit record names the command even if it is refused there.
        HttpContext.Audit(command, body?.Json);
        HttpContext.TakePlace(CommandWork.Of(command), vm.Id);
        var text = body is null ? JsonText.EmptyObject : JsonReading.TextOf(body.Json, await HttpContext.ReadBodyAsync(cancellationToken));
        var raw = new RawCommand(command, body?.Json, text) { Timeout = RawCommands.Seconds(timeout) };
        var permitted = await commands.PermitDescribedAsync(vm, raw, HttpContext.Sender(), cancellationToken);
        return new JsonTextResult((await permitted.SendRawAsync(cancellationToken)).Utf8);
    }

    /// <summary>Describes the commands of the VM's QEMU in OpenAPI 3.1.</summary>
    /// <remarks>One operation per command, for forms and generated clients.</remarks>
    [HttpGet("openapi.json")]
    [Sends(QapiSchema.Query)]
    [ProducesResponseType<JsonElement>(StatusCodes.Status200OK)]
    [Problems(
        nameof(ProblemKind.CommandForbidden), nameof(ProblemKind.VmNotFound), nameof(ProblemKind.VmAmbiguous), nameof(ProblemKind.CommandRefused), nameof(ProblemKind.CommandNotSupported),
        nameof(ProblemKind.OutcomeUnknown), nameof(ProblemKind.VmUnreachable), nameof(ProblemKind.TimedOut))]
    public async Task<IActionResult> Describe([FromVm] IVm vm, CancellationToken cancellationToken)
    {
        var build = await commands.ReadSchemaAsync(vm, HttpContext.Sender(), cancellationToken);
        var description = CommandsDescription.Of(build.Schema, vm.Id, vm.Snapshot.Qemu!.Version, command => policy.Judge(vm.Id, command));
        return new JsonTextResult(JsonSerializer.SerializeToUtf8Bytes(description));
    }

    private static void Write(Utf8JsonWriter json, CommandText text, Verdict verdict)
    {
        json.WriteStartObject();
        json.WriteString("name", text.Command.Name);
        json.WriteRaw("arguments", text.Arguments);
        json.WriteRaw("returns", text.Returns);
        json.WriteBoolean("allowed", verdict.Allowed);
        json.WriteString("rule", verdict.Rule);
        json.WriteBoolean("deprecated", text.Command.Deprecated);
        json.WriteBoolean("unstable", text.Command.Unstable);
        json.WriteEndObject();
    }
}
