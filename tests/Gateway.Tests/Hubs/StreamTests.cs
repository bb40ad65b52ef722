using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Gateway.Journal;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Hubs;

public sealed class StreamTests
{
    [Theory]
    [InlineData(HubVia.JsonOverWebSockets)]
    [InlineData(HubVia.JsonOverLongPolling)]
    [InlineData(HubVia.MessagePackOverWebSockets)]
    [InlineData(HubVia.MessagePackOverLongPolling)]
    public async Task A_stream_brings_events_of_any_name(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        await using var client = await HubClient.ConnectAsync(host, via);
        Append(host, "NOBODY_KNOWS_ME");
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        var stream = client.Stream(new { after = "start", events = new[] { "NOBODY_KNOWS_ME", "ANOTHER" } }, limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.True(await stream.MoveNextAsync());
        var first = JsonSerializer.SerializeToElement(stream.Current);
        Assert.Equal(("NOBODY_KNOWS_ME", "1"), (first.Text("event"), first.Text("id")));
        Append(host, "LEFT_OUT");
        Append(host, "ANOTHER");
        Assert.True(await stream.MoveNextAsync());
        var second = JsonSerializer.SerializeToElement(stream.Current);
        Assert.Equal("18446744073709551615", second.GetProperty("data").GetProperty("arg1").GetRawText());
        Assert.True(JsonElement.DeepEquals((await host.GetAsync("/events?event=ANOTHER")).Json.GetProperty("items")[0], second));
    }

    [Fact]
    public async Task Streams_and_a_subscription_live_side_by_side()
    {
        await using var host = await GatewayHost.ConnectedAsync();
        await using var client = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets, "A");
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        await client.SubscribeAsync(null);
        var one = client.Stream(new { after = "start" }, limit.Token).GetAsyncEnumerator(limit.Token);
        var other = client.Stream(new { after = "start" }, limit.Token).GetAsyncEnumerator(limit.Token);
        Append(host, "A");
        Assert.True(await one.MoveNextAsync());
        Assert.True(await other.MoveNextAsync());
        Assert.Equal("A", (await client.NextAsync()).Method);
    }

    [Theory]
    [InlineData(HubVia.JsonOverWebSockets)]
    [InlineData(HubVia.MessagePackOverWebSockets)]
    public async Task A_subscriber_to_whom_nothing_comes_is_told_a_cursor_that_moves_on(HubVia via)
    {
        await using var host = new GatewayHost { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await using var client = await HubClient.ConnectAsync(host, via, "Checkpoint", "OTHER");
        await client.SubscribeAsync(new { events = new[] { "NEVER" } });
        Append(host, "OTHER");
        await host.EventAsync("a", "OTHER");
        var heard = client.NextAsync();
        var (method, cursor) = await host.AdvanceUntilAsync(heard, TimeSpan.FromMilliseconds(500));
        Assert.Equal(("Checkpoint", "1"), (method, cursor.GetString()));
        Assert.InRange(host.Time!.GetUtcNow() - host.Time.Start, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_stream_with_checkpoints_has_them_among_events_too()
    {
        await using var host = new GatewayHost { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await using var client = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets);
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        await using var stream = client.Stream(new { checkpoints = true }, limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.Equal("0", (await NextAsync()).Text("cursor"));
        for (var i = 1; i <= 3; i++)
        {
            Append(host, "A");
            Assert.Equal($"{i}", (await NextAsync()).Text("id"));
            host.Time!.Advance(TimeSpan.FromSeconds(5));
        }

        // Ten seconds after the first, which is more than half of what is promised.
        Assert.Equal("3", (await NextAsync()).Text("cursor"));

        async Task<JsonElement> NextAsync()
        {
            Assert.True(await stream.MoveNextAsync());
            return JsonSerializer.SerializeToElement(stream.Current);
        }
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_nobody_else()
    {
        await using var host = new GatewayHost("web1") { ListensForReal = true };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        using var idle = new ClientWebSocket();
        await idle.ConnectAsync(new Uri($"ws://{host.Client.BaseAddress!.Authority}/hubs/events"), TestContext.Current.CancellationToken);
        await SendAsync(idle, """{"protocol":"json","version":1}""");
        await SendAsync(idle, """{"type":1,"target":"Subscribe","arguments":[{"events":["LARGE"],"after":"start"}]}""");
        await using var stream = await SseReader.OpenAsync(host, "/events?event=LAST");
        var large = new JsonText(JsonSerializer.SerializeToUtf8Bytes(new { text = new string('x', 20_000) }));
        for (var i = 0; i < 2000; i++)
        {
            host.Journal.Append(new NewEvent("a", "LARGE", EventOrigin.Qemu, large, null));
        }

        Append(host, "LAST");
        Assert.Equal("LAST", (await stream.NextAsync()).Name);
        (await host.GetAsync("/vms/web1/status")).Ok();
        (await host.GetAsync("/events?event=LAST")).Ok();

        static Task SendAsync(ClientWebSocket socket, string message) =>
            socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_client_that_hangs_up_takes_its_subscription_along()
    {
        await using var host = await GatewayHost.ConnectedAsync();
        for (var i = 0; i < 20; i++)
        {
            var client = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets, "A");
            await client.SubscribeAsync(null);
            Append(host, "A");
            await client.NextAsync();
            await client.DisposeAsync();
        }

        Append(host, "A");
        await host.EventAsync("a", "A");
    }

    private static void Append(GatewayHost host, string name) =>
        host.Journal.Append(new NewEvent("a", name, EventOrigin.Qemu, new JsonText("""{"arg1":18446744073709551615}"""u8.ToArray()), null));
}
