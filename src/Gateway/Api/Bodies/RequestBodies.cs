using System.Text.Json;
using Gateway.Commands;
using Gateway.Json;
using Gateway.Requests.Binding;
using Gateway.Vms;
using QmpGateway.Contracts;
using QmpGateway.Qmp;

namespace Gateway.Api.Bodies;

/// <summary>The arguments of a command, which the VM's own schema describes.</summary>
/// <param name="Json">An object.</param>
public sealed record CommandArguments(JsonElement Json);

/// <summary>Parses and validates request bodies.</summary>
internal static class RequestBodies
{
    public static StrictJsonInput Input() => new StrictJsonInput()
        .With(PutVm)
        .With(AnyActions)
        .With(Watchdog)
        .With(Qmp)
        .With(BulkBodies.Request)
        .With(static body => new CommandArguments(body.Whole()));

    public static SetActionArguments ToArguments(this VmActions actions) =>
        ActionTexts.ToArguments(actions.Reboot, actions.Shutdown, actions.Panic, actions.Watchdog);

    private static PutVm PutVm(JsonBody body)
    {
        var endpoint = body.Text("endpoint", required: true);
        if (endpoint is not null && !QmpEndpoint.TryParse(endpoint, out _))
        {
            body.Fault("endpoint", $"must be {QmpEndpoint.Format}, not '{Echo.Of(endpoint)}'");
        }

        var labels = body.Texts("labels");
        if (labels?.ContainsKey("") == true)
        {
            body.Fault("labels", "must not contain a label without a name");
        }

        return new PutVm { Endpoint = endpoint ?? "", Labels = labels, Actions = body.Nested("actions", Actions) is { } actions && actions != new VmActions() ? actions : null };
    }

    // For a VM that may not be connected yet: only known values are accepted. A definition without actions can be sent back as it was returned.
    private static VmActions Actions(JsonBody body) => new()
    {
        Reboot = body.Enum<RebootAction>("reboot", nullable: true)?.Value,
        Shutdown = body.Enum<ShutdownAction>("shutdown", nullable: true)?.Value,
        Panic = body.Enum<PanicAction>("panic", nullable: true)?.Value,
        Watchdog = body.Enum<WatchdogAction>("watchdog", nullable: true)?.Value,
    };

    // For a connected VM: any string is accepted here, and later checked against the VM's own schema.
    public static VmActions AnyActions(JsonBody body) => AtLeastOne(body, new VmActions
    {
        Reboot = body.OpenEnum<RebootAction>("reboot", nullable: true),
        Shutdown = body.OpenEnum<ShutdownAction>("shutdown", nullable: true),
        Panic = body.OpenEnum<PanicAction>("panic", nullable: true),
        Watchdog = body.OpenEnum<WatchdogAction>("watchdog", nullable: true),
    });

    private static VmActions AtLeastOne(JsonBody body, VmActions actions)
    {
        if (body.IsEmpty)
        {
            foreach (var name in body.Names.DefaultIfEmpty("body"))
            {
                body.Fault(name, "sets nothing; set at least one of reboot, shutdown, panic, watchdog");
            }
        }

        return actions;
    }

    private static PutWatchdog Watchdog(JsonBody body) => new() { Action = body.OpenEnum<WatchdogAction>("action", required: true) ?? "" };

    private static QmpRequest Qmp(JsonBody body)
    {
        var request = new QmpRequest { Execute = body.Text("execute"), ExecOob = body.Text("exec-oob"), Arguments = body.Element("arguments") };
        if ((request.Execute ?? request.ExecOob) is { Length: > CommandName.MaxLength } name)
        {
            body.Fault(request.Execute is null ? "exec-oob" : "execute", $"is too long for a command name: '{Echo.Of(name)}'");
        }

        switch (body.Has("execute"), body.Has("exec-oob"))
        {
            case (true, true):
                body.Fault("execute", "cannot be combined with 'exec-oob'");
                break;
            case (false, false):
                body.Fault("execute", "is missing; set either 'execute' or 'exec-oob'");
                break;
            default:
                break;
        }

        return request;
    }
}
