using System.Text.Json;

namespace Gateway.Json;

/// <summary>Describes why a client's JSON is invalid. The parser's own messages name .NET types and quote names of any length.</summary>
internal static class JsonFaults
{
    private static readonly JsonDocumentOptions Lenient = new() { MaxDepth = int.MaxValue };

    /// <summary>Returns why the parser rejected the JSON.</summary>
    public static string Of(ReadOnlyMemory<byte> utf8, JsonException malformed)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Lenient);
            return Repeated(document.RootElement, JsonReading.MaxDepth) is { } name
                ? $"contains a duplicate member: '{Echo.Of(name)}'"
                : $"is nested more than {JsonReading.MaxDepth} levels deep";
        }
        catch (JsonException)
        {
            return $"is not valid JSON at line {malformed.LineNumber + 1}, byte {malformed.BytePositionInLine + 1}";
        }
    }

    /// <summary>Returns the first name that an object has twice.</summary>
    private static string? Repeated(JsonElement value, int depth)
    {
        if (depth == 0)
        {
            return null;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                return value.EnumerateArray().Select(item => Repeated(item, depth - 1)).FirstOrDefault(static name => name is not null);
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in value.EnumerateObject())
                {
                    var name = JsonReading.NameOf(member);
                    if (!names.Add(name))
                    {
                        return name;
                    }

                    if (Repeated(member.Value, depth - 1) is { } inside)
                    {
                        return inside;
                    }
                }

                return null;
            default:
                return null;
        }
    }
}
