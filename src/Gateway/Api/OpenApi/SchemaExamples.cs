using System.Text.Json.Nodes;
using Gateway.Api.Bodies;
using Microsoft.OpenApi;
using QmpGateway.Contracts;
using QmpGateway.Qmp;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>
/// Adds an example to each schema. Responses may get more members at any time (contract, section 10). Request bodies must not have unknown members.
/// </summary>
internal sealed class SchemaExamples : ISchemaFilter
{
    private const string Status = """{"status":"paused","singlestep":false,"running":false}""";

    private const string Event =
        """
        {"id":"1042","vm":"web1","event":"GUEST_PANICKED","origin":"qemu","timestamp":"2026-11-24T03:53:00.123456Z",
         "receivedAt":"2026-11-24T03:53:00.123999Z","data":{"action":"pause"}}
        """;

    private const string Vm =
        """
        {"id":"web1","endpoint":"unix:/run/qemu/web1.qmp","source":"configuration","labels":{"rack":"a"},"actions":{"panic":"pause"},
         "connection":{"state":"connected","since":"2026-11-24T03:50:00.000000Z","reason":null,"attempts":0,"lastMessageAt":"2026-11-24T03:53:00.123456Z"},
         "status":{"status":"guest-panicked","singlestep":false,"running":false},"statusObservedAt":"2026-11-24T03:53:00.124456Z",
         "statusCause":{"event":"GUEST_PANICKED","id":"1042"},"ended":null,"run":"1f6b0c2a9d3e4f50",
         "qemu":{"version":"7.2.22","package":"Debian 1:7.2+dfsg-7"},"cursor":"1044"}
        """;

    private const string Audited =
        """
        {"time":"2026-11-24T03:53:00.123456Z","who":"ci","whoKind":"key","remote":"127.0.0.1","vm":"web1","command":"system_reset","arguments":null,"method":"POST",
         "path":"/vms/web1/reset","outcome":"done","problem":null,"traceId":"0af7651916cd43dd8448eb211c80319c","replayed":false}
        """;

    private const string Command =
        """
        {"name":"qom-list","arguments":{"type":"object","properties":{"path":{"type":"string"}},"required":["path"],"additionalProperties":false},
         "returns":{"type":"array","items":{"type":"object"} },"allowed":true,"rule":"built-in: only reads: names of objects, properties and types, no property of an object that exists","deprecated":false,"unstable":false}
        """;

    private const string BulkDone =
        """
        {"vm":"web-1","outcome":"done","event":{"id":"1042","vm":"web-1","event":"STOP","origin":"qemu","timestamp":"2026-11-24T03:53:00.123456Z",
         "receivedAt":"2026-11-24T03:53:00.123999Z","data":{}}}
        """;

    private const string BulkProblem =
        """
        {"type":"urn:qmp-gateway:vm-unreachable","title":"VM not connected","status":503,"detail":"The VM 'web-2' is not connected (no-socket: connection refused). Nothing was sent. Start QEMU, or correct the endpoint.",
         "instance":"/bulk","traceId":"0af7651916cd43dd8448eb211c80319c","vm":"web-2","command":"stop","outcome":"not-sent"}
        """;

    private static readonly Dictionary<Type, string> Examples = new()
    {
        [typeof(Vm)] = Vm,
        [typeof(VmList)] = $$"""{"items":[{{Vm}}],"cursor":"1044"}""",
        [typeof(PutVm)] = """{"endpoint":"unix:/run/qemu/web1.qmp","labels":{"rack":"a"},"actions":{"panic":"pause"}}""",
        [typeof(VmActions)] = """{"reboot":"reset","shutdown":"poweroff","panic":"pause","watchdog":"none"}""",
        [typeof(PutWatchdog)] = """{"action":"reset"}""",
        [typeof(BulkRequest)] = """{"action":"stop","vms":["web-*"],"labels":{"rack":"a"},"wait":10}""",
        [typeof(BulkItem)] = BulkDone,
        [typeof(BulkResult)] = $$"""{"items":[{{BulkDone}},{"vm":"web-2","outcome":"not-sent","problem":{{BulkProblem}}}],"summary":{"done":1,"not-sent":1} }""",
        [typeof(QmpRequest)] = """{"execute":"query-version"}""",
        [typeof(CommandArguments)] = """{"path":"/machine"}""",
        [typeof(Command)] = Command,
        [typeof(CommandList)] = $$"""{"items":[{{Command}}],"$defs":{} }""",
        [typeof(QmpReply)] = """{"return":{"qemu":{"micro":22,"minor":2,"major":7},"package":"Debian 1:7.2+dfsg-7"}}""",
        [typeof(StatusInfo)] = Status,
        [typeof(GatewayEvent)] = Event,
        [typeof(EventPage)] = $$"""{"items":[{{Event}}],"next":"1042"}""",
        [typeof(AuditRecord)] = Audited,
        [typeof(AuditPage)] = $$"""{"items":[{{Audited}}]}""",
        [typeof(CurrentCaller)] = """{"who":"ci","grants":[{"role":"operator","vms":["web-*"]}]}""",
        [typeof(Health)] = """{"status":"ok","problems":[]}""",
        [typeof(GatewayVersion)] = """{"version":"0.9.0","contract":"1","features":["events","hub","discovery","limits","access","policy","audit","commands","native-qmp","bulk","dashboard"]}""",
    };

    private static readonly Type[] RequestTypes = [typeof(PutVm), typeof(PutWatchdog), typeof(QmpRequest), typeof(BulkRequest)];

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        // A schema that only refers to another one needs no example.
        if (schema is not OpenApiSchema { AllOf: null or [] } described)
        {
            return;
        }

        described.AdditionalPropertiesAllowed = !RequestTypes.Contains(context.Type);
        if (Examples.TryGetValue(context.Type, out var example))
        {
            described.Examples = [JsonNode.Parse(example)!];
        }
    }
}
