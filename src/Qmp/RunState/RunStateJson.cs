using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>
/// Reads and writes the run-state types without reflection. A required member that is missing, or null where QAPI has no null, is a
/// <see cref="System.Text.Json.JsonException"/>.
/// </summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(StatusInfo))]
[JsonSerializable(typeof(SetActionArguments))]
[JsonSerializable(typeof(WatchdogSetActionArguments))]
[JsonSerializable(typeof(ShutdownEvent))]
[JsonSerializable(typeof(ResetEvent))]
[JsonSerializable(typeof(WatchdogEvent))]
[JsonSerializable(typeof(PowerdownEvent))]
[JsonSerializable(typeof(StopEvent))]
[JsonSerializable(typeof(ResumeEvent))]
[JsonSerializable(typeof(SuspendEvent))]
[JsonSerializable(typeof(SuspendDiskEvent))]
[JsonSerializable(typeof(WakeupEvent))]
[JsonSerializable(typeof(GuestPvShutdownEvent))]
[JsonSerializable(typeof(GuestPanickedEvent))]
[JsonSerializable(typeof(GuestCrashLoadedEvent))]
[JsonSerializable(typeof(MemoryFailureEvent))]
[JsonSerializable(typeof(GuestPanicInformation))]
[JsonSerializable(typeof(GuestPanicInformationHyperV))]
[JsonSerializable(typeof(GuestPanicInformationS390))]
[JsonSerializable(typeof(GuestPanicInformationTdx))]
[JsonSerializable(typeof(GuestPanicInformationSev))]
[JsonSerializable(typeof(GuestPanicInformationUnknown))]
internal sealed partial class RunStateJson : JsonSerializerContext;
