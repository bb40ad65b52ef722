using System.Text.Json;

namespace QmpGateway.Qmp.Protocol;

/// <summary>Events come in series of one name: the last one's text is used again.</summary>
internal static class EventNames
{
    [ThreadStatic]
    private static string? last;

    /// <exception cref="JsonException">There is none.</exception>
    public static string Read(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && last is not null && reader.ValueTextEquals(last)
            ? last
            : last = reader.GetString() ?? throw new JsonException("an event without a name");
}
