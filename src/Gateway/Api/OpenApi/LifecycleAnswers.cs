using System.Text.Json.Nodes;
using Gateway.Requests.Audit;
using Gateway.Requests.Waits;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>
/// Describes the two successful responses of lifecycle routes: 200 with the event that completes the command, or 204 without a body.
/// </summary>
internal sealed class LifecycleAnswers : IOperationFilter
{
    private static readonly Dictionary<string, (string Event, string Data)> Completions = new()
    {
        [LifecycleCommand.Stop.Qmp] = (LifecycleCommand.Stop.Completion!, "{}"),
        [LifecycleCommand.Cont.Qmp] = (LifecycleCommand.Cont.Completion!, "{}"),
        [LifecycleCommand.Reset.Qmp] = (LifecycleCommand.Reset.Completion!, """{"guest":false,"reason":"host-qmp-system-reset"}"""),
        [LifecycleCommand.Powerdown.Qmp] = (LifecycleCommand.Powerdown.Completion!, """{"guest":true,"reason":"guest-shutdown"}"""),
        [LifecycleCommand.Wakeup.Qmp] = (LifecycleCommand.Wakeup.Completion!, "{}"),
        [LifecycleCommand.Quit.Qmp] = (LifecycleCommand.Quit.Completion!, """{"guest":false,"reason":"host-qmp-quit"}"""),
    };

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var command = context.MethodInfo.GetCustomAttributes(typeof(SendsAttribute), inherit: false).Cast<SendsAttribute>().FirstOrDefault()?.Command;
        if (command is not null)
        {
            operation.AddExtension(ServedDocument.CommandExtension, new JsonNodeExtension(command));
        }

        if (!operation.Responses!.TryGetValue("200", out var completed) || !operation.Responses.TryGetValue("204", out var acknowledged))
        {
            return;
        }

        var media = (OpenApiMediaType)completed.Content!["application/json"];
        var (name, data) = Completions[command!];
        media.Example = JsonNode.Parse(
            $$"""
            {"id":"1042","vm":"web1","event":"{{name}}","origin":"qemu","timestamp":"2026-11-24T03:53:00.123456Z",
             "receivedAt":"2026-11-24T03:53:00.123999Z","data":{{data}}}
            """);
        completed.Description = $"With `wait`: the `{name}` event that completes the command.";
        acknowledged.Description = "QEMU acknowledged the command. The response has no body.";
    }
}
