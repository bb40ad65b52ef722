using System.Text.Json;
using Gateway.Json;

namespace Gateway.Commands.Typed;

/// <summary>Kinds and values of arguments, in words for people.</summary>
internal static class ArgumentWords
{
    /// <summary>Returns a type of JSON Schema, with its article.</summary>
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

    /// <summary>Returns the kind of a value. A number is shown itself, because it may be of the right kind but not in the form that is expected.</summary>
    public static string Kind(JsonElement value) => value.ValueKind == JsonValueKind.Number ? Short(value) : JsonKinds.Describe(value);

    /// <summary>Returns a string, or the JSON of another value, or the start of it if it is long.</summary>
    public static string Short(JsonElement value) => Echo.Of(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
}
