using System.Text.Json.Serialization;

namespace QmpGateway.Qmp;

/// <summary>
/// The arguments of <see cref="RunStateCommands.SetAction"/>. Null keeps an action unchanged. (QAPI: set-action, since 6.0)
/// </summary>
public sealed record SetActionArguments : QapiObject
{
    /// <summary>What to do when the guest reboots. (QAPI: reboot)</summary>
    [JsonPropertyName("reboot")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RebootAction? Reboot { get; init; }

    /// <summary>What to do when the guest shuts down. (QAPI: shutdown)</summary>
    [JsonPropertyName("shutdown")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ShutdownAction? Shutdown { get; init; }

    /// <summary>What to do when the guest's operating system panics. (QAPI: panic)</summary>
    [JsonPropertyName("panic")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PanicAction? Panic { get; init; }

    /// <summary>What to do when the guest's watchdog expires. (QAPI: watchdog)</summary>
    [JsonPropertyName("watchdog")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WatchdogAction? Watchdog { get; init; }
}
