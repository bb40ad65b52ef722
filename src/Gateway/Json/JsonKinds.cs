using System.Text.Json;

namespace Gateway.Json;

/// <summary>The kinds of JSON values, in words for people.</summary>
internal static class JsonKinds
{
    /// <summary>Returns the kind of a value, with its article.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
