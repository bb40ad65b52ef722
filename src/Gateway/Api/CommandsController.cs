using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gateway.Access;
using Gateway.Api.Bodies;
using Gateway.Api.OpenApi;
using Gateway.Commands;
using Gateway.Commands.Typed;
using Gateway.Journal;
using Gateway.Json;
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
public sealed class CommandsController(VmSchemas schemas, CommandPolicy policy) : ControllerBase
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
        nameof(ProblemKind.VmNotFound), nameof(ProblemKind.VmAmbiguous), nameof(ProblemKind.CommandRefused), nameof(ProblemKind.CommandNotSupported),
        nameof(ProblemKind.OutcomeUnknown), nameof(ProblemKind.VmUnreachable), nameof(ProblemKind.TimedOut))]
    public async Task<IActionResult> List([FromVm] IVm vm, CancellationToken cancellationToken)
    {
        var texts = (await schemas.OfAsync(vm, cancellationToken)).Texts;
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
    [ProducesResponseType<JsonElement>(StatusCodes.Status200OK)]
    [CommandProblems(HasBody = true)]
    public async Task<IActionResult> Execute(
        [FromVm] IVm vm,
        string command,
        [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] CommandArguments? body,
        [FromQuery, Range(1, 3600)] int? timeout,
        CancellationToken cancellationToken)
    {
        HttpContext.Audit(command, body?.Json);
        HttpContext.TakeCommand(vm.Id, command);
        var arguments = body?.Json ?? JsonText.EmptyObject.ToElement();
        await CheckAsync(vm, command, arguments, cancellationToken);
        var text = JsonReading.TextOf(arguments, await HttpContext.ReadBodyAsync(cancellationToken));
        return new JsonTextResult((await HttpContext.SendAsync(vm, new QmpCommand(command, text), timeout, cancellationToken)).Utf8);
    }

    /// <summary>Describes the commands of the VM's QEMU in OpenAPI 3.1.</summary>
    /// <remarks>One operation per command, for forms and generated clients.</remarks>
    [HttpGet("openapi.json")]
    [Sends(QapiSchema.Query)]
    [ProducesResponseType<JsonElement>(StatusCodes.Status200OK)]
    [Problems(
        nameof(ProblemKind.VmNotFound), nameof(ProblemKind.VmAmbiguous), nameof(ProblemKind.CommandRefused), nameof(ProblemKind.CommandNotSupported),
        nameof(ProblemKind.OutcomeUnknown), nameof(ProblemKind.VmUnreachable), nameof(ProblemKind.TimedOut))]
    public async Task<IActionResult> Describe([FromVm] IVm vm, CancellationToken cancellationToken)
    {
        var build = await schemas.OfAsync(vm, cancellationToken);
        var description = CommandsDescription.Of(build.Schema, vm.Id, vm.Snapshot.Qemu!.Version, command => policy.Judge(vm.Id, command));
        return new JsonTextResult(JsonSerializer.SerializeToUtf8Bytes(description));
    }

    /// <summary>
    /// Checks the policy and the arguments. A command that is denied with any arguments is rejected before its arguments are checked. All other commands
    /// get an error about invalid arguments before the policy sees them.
    /// </summary>
    private async Task CheckAsync(IVm vm, string name, JsonElement arguments, CancellationToken cancellationToken)
    {
        var build = await schemas.OfAsync(vm, cancellationToken);
        var command = build.Command(name);
        if (policy.Judge(vm.Id, name) is { Allowed: false } never)
        {
            throw new CommandForbiddenException(name, never.Rule);
        }

        if (build.Check.Check(command, arguments) is { Count: > 0 } faults)
        {
            throw new InvalidRequestException(faults);
        }

        policy.Check(vm.Id, name, arguments);
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
