using System.Text.Json;

namespace Gateway.Commands;

/// <summary>Looks up arguments by their full path.</summary>
internal static class ArgumentTree
{
    /// <summary>Returns the value at a path; null if there is no such value. A number in the path is the index of a list element.</summary>
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
}
