using System.Text.Json;

namespace Gateway.Commands;

/// <summary>Looks into arguments that are nested: a chain of block drivers names its files at any depth.</summary>
internal static class ArgumentTree
{
    /// <summary>The value at a path; null where there is none. A number in the path is an element of a list.</summary>
    public static JsonElement? Find(JsonElement given, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (given.ValueKind == JsonValueKind.Object && given.TryGetProperty(name, out var member))
            {
                given = member;
            }
            else if (given.ValueKind == JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < given.GetArrayLength())
            {
                given = given[index];
            }
            else
            {
                return null;
            }
        }

        return given;
    }

    /// <summary>The values at a path from here, and from everything inside.</summary>
    public static IEnumerable<JsonElement> FindAll(JsonElement given, string[] path)
    {
        if (Find(given, path) is { } found)
        {
            yield return found;
        }

        foreach (var inside in Inside(given).SelectMany(child => FindAll(child, path)))
        {
            yield return inside;
        }
    }

    private static IEnumerable<JsonElement> Inside(JsonElement given) => given.ValueKind switch
    {
        JsonValueKind.Object => given.EnumerateObject().Select(static member => member.Value),
        JsonValueKind.Array => given.EnumerateArray(),
        _ => [],
    };
}
