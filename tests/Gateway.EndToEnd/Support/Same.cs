using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.EndToEnd.Support;

/// <summary>JSON that means the same: the order of members is free, the digits of a number are not.</summary>
public static class Same
{
    public static void Json(string expected, JsonElement actual) => Assert.Equal(Text(JsonDocument.Parse(expected).RootElement), Text(actual));

    public static void Json(JsonElement expected, JsonElement actual) => Assert.Equal(Text(expected), Text(actual));

    /// <summary>One text for all JSON that means the same.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal)
            .Select(static member => $"{JsonSerializer.Serialize(member.Name)}:{Text(member.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Text))}]",
        JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
        _ => value.GetRawText(),
    };

    /// <summary>What a MessagePack reader makes of maps, arrays and values, as JSON.</summary>
    public static JsonElement FromMessagePack(object? value) => JsonSerializer.SerializeToElement(Node(value));

    /// <summary>The time of a QMP message, as the contract spells it; null where QEMU had no clock.</summary>
    public static string? Timestamp(JsonElement message)
    {
        var at = message.GetProperty("timestamp");
        var seconds = at.GetProperty("seconds").GetInt64();
        return seconds < 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds).AddMicroseconds(at.GetProperty("microseconds").GetInt64())
            .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    private static JsonNode? Node(object? value) => value switch
    {
        IDictionary<object, object?> map => new JsonObject(map
            .Select(static member => KeyValuePair.Create((string)member.Key, Node(member.Value)))),
        object?[] array => new JsonArray([.. array.Select(Node)]),
        null => null,
        // A number of QEMU's that no double holds.
        double number when !double.IsFinite(number) => JsonNode.Parse(number > 0 ? "1e999" : "-1e999"),
        _ => JsonValue.Create(value),
    };
}
