using System.Text.Json;
using System.Text.Json.Serialization;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 1024 + 8)]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(BulkRequest))]
[JsonSerializable(typeof(BulkResult))]
[JsonSerializable(typeof(CommandList))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(GatewayEvent))]
[JsonSerializable(typeof(GatewayVersion))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(PutVm))]
[JsonSerializable(typeof(PutWatchdog))]
[JsonSerializable(typeof(QmpReply))]
[JsonSerializable(typeof(QmpRequest))]
[JsonSerializable(typeof(Vm))]
[JsonSerializable(typeof(VmActions))]
[JsonSerializable(typeof(VmEnded))]
[JsonSerializable(typeof(VmList))]
[JsonSerializable(typeof(VmStatus))]
internal sealed partial class GatewayJson : JsonSerializerContext;
