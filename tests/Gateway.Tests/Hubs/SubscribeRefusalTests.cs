using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Xunit;

namespace Gateway.Tests.Hubs;

/// <summary>Filters that the hub refuses.</summary>
public sealed class SubscribeRefusalTests
{
    public static TheoryData<HubVia, string> Faulty
    {
        get
        {
            var data = new TheoryData<HubVia, string>();
            string[] filters =
            [
                """{"vm":["a"]}""", """{"Vms":["a"]}""", """{"vms":"a"}""", """{"vms":[1]}""", """{"vms":["A"]}""", """{"events":[""]}""",
                """{"data":{"n":7}}""", """{"after":7}""", """{"after":"99"}""", """{"after":"x"}""", """{"after":""}""", "[]", "\"a\"", "5", "true",
            ];
            foreach (var filter in filters)
            {
                data.Add(HubVia.JsonOverWebSockets, filter);
                data.Add(HubVia.MessagePackOverWebSockets, filter);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faulty))]
    public async Task A_filter_that_is_none_is_refused_by_a_message_that_starts_with_the_slug(HubVia via, string filter)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        await using var client = await HubClient.ConnectAsync(host, via, "A");
        var refusal = await Assert.ThrowsAsync<HubException>(() => client.SubscribeAsync(Plain(JsonElement.Parse(filter))));
        Assert.StartsWith("invalid-request: ", refusal.Message);
        var streamed = await Assert.ThrowsAsync<HubException>(async () => await client.Stream(Plain(JsonElement.Parse(filter)), default).GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync());
        Assert.StartsWith("invalid-request: ", streamed.Message);
        await client.SubscribeAsync(null);
    }

    /// <summary>What MessagePack can write too.</summary>
    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(static member => member.Name, static member => Plain(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToArray(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetInt32(),
        _ => value.GetBoolean(),
    };
}
