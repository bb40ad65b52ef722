using System.Text.Json;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Requests.Bulk;
using Gateway.Requests.Operations;
using Gateway.Requests.Waits;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.Api.Bodies;

/// <summary>The bodies of <c>POST /bulk</c>.</summary>
internal static class BulkBodies
{
    /// <summary>The shortest wait in seconds.</summary>
    public const int ShortestWait = 1;

    /// <summary>The longest wait in seconds.</summary>
    public const int LongestWait = 300;

    // Each pattern is compared with every VM. Ids are looked up, so there may be any number of them.
    private const int MostPatterns = 100;

    /// <summary>Reads the request.</summary>
    public static BulkRequest Request(JsonBody body)
    {
        var request = new BulkRequest
        {
            Action = body.Text("action", required: true) ?? "",
            Vms = body.List("vms"),
            Labels = body.Texts("labels", nullable: true),
            Wait = body.WholeNumber("wait", ShortestWait, LongestWait),
            Actions = body.Nested("actions", RequestBodies.AnyActions, nullable: true),
            DryRun = body.Flag("dryRun"),
        };
        CheckAction(body, request);
        CheckSelection(body, request);
        return request;
    }

    /// <summary>Writes the result. Events are copied byte for byte, because their numbers must stay exact.</summary>
    public static JsonText Result(IReadOnlyList<BulkOutcome> outcomes, JsonSerializerOptions options) => GatewayEvents.Json(json =>
    {
        json.WriteStartArray("items");
        foreach (var outcome in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("vm", outcome.Vm);
            json.WriteString("outcome", outcome.Outcome);
            if (outcome.Event is { } completion)
            {
                json.WriteRaw("event", new JsonText(completion.Envelope));
            }

            if (outcome.Problem is { } problem)
            {
                json.WriteRaw("problem", new JsonText(JsonSerializer.SerializeToUtf8Bytes(problem, options)));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("summary");
        foreach (var name in BulkOutcome.All)
        {
            if (outcomes.Count(outcome => outcome.Outcome == name) is > 0 and var count)
            {
                json.WriteNumber(name, count);
            }
        }

        json.WriteEndObject();
    });

    private static void CheckAction(JsonBody body, BulkRequest request)
    {
        if (!body.IsFaulty("action") && !OperationNames.All.Contains(request.Action))
        {
            body.Fault("action", $"must be one of {string.Join(", ", OperationNames.All)}, not '{Echo.Of(request.Action)}'");
        }

        var sets = request.Action == OperationNames.SetActions;
        if (request.Wait is not null && (sets || LifecycleCommand.Named(request.Action) is { Completion: null }))
        {
            body.Fault("wait", $"cannot be combined with the action '{request.Action}', because no event completes it");
        }

        if (request.Actions is not null && !sets && !body.IsFaulty("action"))
        {
            body.Fault("actions", $"requires the action '{OperationNames.SetActions}'");
        }

        if (request.Actions is null && sets && !body.IsFaulty("actions"))
        {
            body.Fault("actions", "is missing");
        }
    }

    private static void CheckSelection(JsonBody body, BulkRequest request)
    {
        foreach (var vm in request.Vms!.Where(static vm => !VmPattern.TryParse(vm, out _)).Take(1))
        {
            body.Fault("vms", $"must contain VM ids or patterns of ids, where * matches any text, not '{Echo.Of(vm)}'");
        }

        if (request.Vms!.Where(VmSelection.IsPattern).Distinct().Count() > MostPatterns)
        {
            body.Fault("vms", $"must contain at most {MostPatterns} patterns with *; list the ids, or select by labels");
        }

        if (request is { Vms.Count: 0, Labels: null or { Count: 0 } } && !body.IsFaulty("vms") && !body.IsFaulty("labels"))
        {
            body.Fault("vms", "is missing; select VMs by 'vms', by 'labels' or by both");
        }
    }
}
