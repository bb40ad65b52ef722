using System.Text.Json;

namespace QmpGateway.Qmp.Protocol;

/// <summary>Reads event names. Consecutive events often have the same name, so the string of the last event is reused.</summary>
internal static class EventNames
{
    [ThreadStatic]
    private static string? last;

    /// <exception cref="JsonException">The name is null or not a string.</exception>
    public static string Read(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && last is not null && reader.ValueTextEquals(last)
            ? last
            : last = reader.GetString() ?? throw new JsonException("an event without a name");
}
