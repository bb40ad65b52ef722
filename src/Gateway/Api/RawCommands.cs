using Gateway.Commands;
using Gateway.Json;
using QmpGateway.Qmp;

namespace Gateway.Api;

/// <summary>Sends commands whose arguments a client wrote.</summary>
internal static class RawCommands
{
    /// <summary>The time of a command, as a query gives it.</summary>
    public static TimeSpan? Seconds(int? timeout) => timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Sends the command, once.</summary>
    /// <exception cref="InvalidRequestException">QEMU could not parse the arguments.</exception>
    /// <inheritdoc cref="PermittedCommand.SendAsync" path="/exception"/>
    public static async Task<JsonText> SendRawAsync(this PermittedCommand command, CancellationToken cancellationToken)
    {
        try
        {
            return await command.SendAsync(cancellationToken);
        }
        catch (ArgumentException unreadable)
        {
            throw new InvalidRequestException("arguments", $"cannot be read by QEMU: {unreadable.Message}");
        }
    }
}
