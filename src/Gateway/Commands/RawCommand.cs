using System.Text.Json;
using QmpGateway.Qmp;

namespace Gateway.Commands;

/// <summary>A command that a client composes itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Its parsed arguments, which are checked; null if there are none.</param>
/// <param name="ArgumentsText">The original text of the arguments, which is sent.</param>
internal sealed record RawCommand(string Name, JsonElement? Arguments, JsonText? ArgumentsText)
{
    /// <summary>Whether the command is sent out of band.</summary>
    public bool OutOfBand { get; init; }

    /// <summary>The timeout; null for the command's default.</summary>
    public TimeSpan? Timeout { get; init; }
}
