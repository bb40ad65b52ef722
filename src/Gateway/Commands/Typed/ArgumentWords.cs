using System.Text.Json;
using Gateway.Json;

namespace Gateway.Commands.Typed;

/// <summary>JSON's kinds and values in words for people.</summary>
internal static class ArgumentWords
{
    // A caller's value may be as long as a body.
    private const int MaxShown = 81;

    /// <summary>A type of JSON Schema.</summary>
    public static string Kind(string type) => type switch
    {
        "object" => "an object",
        "array" => "a list",
        "string" => "a text",
        "number" => "a number",
        "integer" => "a whole number, spelled without point and exponent",
        "boolean" => "true or false",
        _ => type,
    };

    /// <summary>What kind a value is; a number is its own kind, since it may be one of the wrong spelling.</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => Short(value),
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    /// <summary>The value as it is spelled, or the beginning of it.</summary>
    public static string Short(JsonElement value) => Echo.Cut(value.GetRawText(), MaxShown);
}
