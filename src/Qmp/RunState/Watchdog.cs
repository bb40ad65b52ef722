using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>The arguments of <see cref="RunStateCommands.WatchdogSetAction"/>. (QAPI: watchdog-set-action, since 2.11)</summary>
public sealed record WatchdogSetActionArguments : QapiObject
{
    /// <summary>What to do when the guest's watchdog expires. (QAPI: action)</summary>
    [JsonPropertyName("action")]
    public required WatchdogAction Action { get; init; }
}

/// <summary>The data of the event <c>WATCHDOG</c>. (QAPI: WATCHDOG, since 0.13)</summary>
public sealed record WatchdogEvent : QapiObject
{
    /// <summary>What QEMU does about the expired watchdog. (QAPI: action)</summary>
    [JsonPropertyName("action")]
    public required WatchdogAction Action { get; init; }
}
