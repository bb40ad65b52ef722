using System.Text.Json;

namespace Gateway.EndToEnd.Support;

/// <summary>The journal, read as history.</summary>
public static class History
{
    /// <summary>Waits for the first event of a name.</summary>
    /// <param name="gateway">Whom to ask.</param>
    /// <param name="vm">The VM, known or not any more.</param>
    /// <param name="name">The event's name.</param>
    /// <param name="filter">More of the query: <c>data.action=reset</c>, <c>after=…</c></param>
    /// <exception cref="TimeoutException">There is none; the message says which there are.</exception>
    public static async Task<JsonElement> EventAsync(this RealGateway gateway, string vm, string name, string filter = "")
    {
        var answer = await gateway.GetAsync($"/events?vm={vm}&event={name}&limit=1&wait=20&{filter}");
        return answer.Json().GetProperty("items").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } found
            ? found
            : throw new TimeoutException($"No {name} ({filter}) of {vm} in: {string.Join('\n', await gateway.EventsAsync($"vm={vm}"))}");
    }

    /// <summary>All events that match, page by page.</summary>
    public static async Task<List<JsonElement>> EventsAsync(this RealGateway gateway, string filter)
    {
        var all = new List<JsonElement>();
        var after = "start";
        while (true)
        {
            var page = (await gateway.GetAsync($"/events?{filter}&limit=1000&after={after}")).Json();
            all.AddRange(page.GetProperty("items").EnumerateArray());
            if (page.GetProperty("items").GetArrayLength() == 0)
            {
                return all;
            }

            after = page.GetProperty("next").GetString()!;
        }
    }

    public static string Id(this JsonElement envelope) => envelope.GetProperty("id").GetString()!;

    public static string Vm(this JsonElement envelope) => envelope.GetProperty("vm").GetString()!;

    public static string Name(this JsonElement envelope) => envelope.GetProperty("event").GetString()!;

    public static JsonElement Data(this JsonElement envelope) => envelope.GetProperty("data");
}
