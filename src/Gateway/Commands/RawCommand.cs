using System.Text.Json;
using QmpGateway.Qmp;

namespace Gateway.Commands;

/// <summary>A command that a client names itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Its arguments, which are checked; null without any.</param>
/// <param name="ArgumentsText">The same arguments as the client spelled them, which are sent.</param>
internal sealed record RawCommand(string Name, JsonElement? Arguments, JsonText? ArgumentsText)
{
    /// <summary>Whether it is to pass the commands before it.</summary>
    public bool OutOfBand { get; init; }

    /// <summary>Its time; null for what is usual for the command.</summary>
    public TimeSpan? Timeout { get; init; }
}
