using System.Text.Json;
using Gateway.Json;

namespace Gateway.Commands;

/// <summary>The actions of a <c>transaction</c> (QAPI, since 1.1). Each action is a command's name and its arguments.</summary>
internal static class TransactionActions
{
    private static readonly string[] ActionsPath = ["actions"];

    /// <summary>Whether the command contains other commands.</summary>
    public static bool AreIn(string command) => command == "transaction";

    /// <summary>Returns the actions; null if the arguments are not valid for a transaction.</summary>
    public static IReadOnlyList<(string Type, JsonElement Data)>? Of(JsonElement arguments)
    {
        if (ArgumentTree.Find(arguments, ActionsPath) is not { ValueKind: JsonValueKind.Array } list)
        {
            return null;
        }

        var actions = new List<(string, JsonElement)>();
        foreach (var action in list.EnumerateArray())
        {
            if (action.ValueKind != JsonValueKind.Object || !action.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            actions.Add((JsonReading.TextOf(type), action.TryGetProperty("data", out var data) ? data : default));
        }

        return actions;
    }
}
