using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Adds the parts around the routes: the groups in the order in which they are used, and the default address of the gateway.</summary>
internal sealed class DocumentFrame : IDocumentFilter
{
    /// <summary>The group of the routes without a VM in the path.</summary>
    public const string DefaultVm = "Default VM";

    private static readonly (string Name, string Description)[] Groups =
    [
        ("VMs", "The VMs of the gateway, in their last known state."),
        ("Lifecycle", "Start and stop a VM."),
        ("Run state", "A VM's current run state, and what QEMU does on a reboot, shutdown, panic or watchdog."),
        ("Events", "History and live stream of all events."),
        ("QMP", "All commands of a VM's QEMU."),
        ("Gateway", "The gateway itself: health, version, caller, audit log."),
        (DefaultVm, "The same routes without `/vms/{vm}`. They address `Gateway:DefaultVm`, or the only VM."),
    ];

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Servers = [new OpenApiServer { Url = "http://127.0.0.1:8080", Description = "The default address of a gateway." }];
        swaggerDoc.Tags = new HashSet<OpenApiTag>(Groups.Select(static group => new OpenApiTag { Name = group.Name, Description = group.Description }));
        foreach (var operation in swaggerDoc.Paths.Values.SelectMany(static path => path.Operations!.Values))
        {
            if (operation.OperationId!.EndsWith("OfDefaultVm", StringComparison.Ordinal))
            {
                operation.Tags = new HashSet<OpenApiTagReference> { new(DefaultVm, swaggerDoc) };
            }
        }

        foreach (var (_, path) in swaggerDoc.Paths.Where(static path => path.Key.StartsWith("/health/", StringComparison.Ordinal)))
        {
            path.Operations![HttpMethod.Get].Security = [];
        }
    }
}
