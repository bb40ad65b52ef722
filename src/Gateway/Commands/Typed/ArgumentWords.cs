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
        "array" => "an array",
        "string" => "a string",
        "number" => "a number",
        "integer" => "a whole number without a decimal point or exponent",
        "boolean" => "a boolean",
        _ => type,
    };

    /// <summary>What kind a value is; a number is its own kind, since it may be one of the wrong spelling.</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => Short(value),
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    /// <summary>The value as it is spelled, or the beginning of it.</summary>
    public static string Short(JsonElement value) => Echo.Cut(value.GetRawText(), MaxShown);
}
