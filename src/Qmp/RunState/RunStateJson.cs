using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>
/// Serializes the run-state types without reflection. Throws a <see cref="System.Text.Json.JsonException"/> if a required member
/// is missing, or is null although QAPI does not allow null.
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
