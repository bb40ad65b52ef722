using System.Text.Json;
using System.Text.Json.Serialization;

namespace QmpGateway.Contracts;

/// <summary>A command for QEMU, named by either <c>execute</c> or <c>exec-oob</c>.</summary>
public sealed record QmpRequest
{
    /// <summary>The command's name.</summary>
    public string? Execute { get; init; }

    /// <summary>The name of a command to run out of band: immediately, even while QEMU's main loop hangs. Only some commands support this.</summary>
    [JsonPropertyName("exec-oob")]
    public string? ExecOob { get; init; }

    /// <summary>The command's arguments.</summary>
    public JsonElement? Arguments { get; init; }
}
