using System.Text.Json;
using Gateway.Journal;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Hubs;

public sealed class SubscribeTests
{
    public static TheoryData<HubVia> All => [.. Enum.GetValues<HubVia>()];

    public static TheoryData<HubVia> BothProtocols => [HubVia.JsonOverWebSockets, HubVia.MessagePackOverWebSockets];

    [Theory]
    [MemberData(nameof(BothProtocols))]
    public async Task A_call_with_too_many_arguments_is_told_so(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        await using var client = await HubClient.ConnectAsync(host, via);
        var refused = await Assert.ThrowsAsync<HubException>(() => client.Connection.InvokeAsync<object>("Subscribe", null, null, TestContext.Current.CancellationToken));
        Assert.Equal("invalid-request: Subscribe: Invocation provides 2 argument(s) but target expects 1.", refused.Message);
        refused = await Assert.ThrowsAsync<HubException>(async () => await client.Connection
            .StreamAsync<object>("Stream", null, null, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync());
        Assert.StartsWith("invalid-request: Stream: ", refused.Message, StringComparison.Ordinal);
        await client.SubscribeAsync(null);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Neither_method_needs_its_argument(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        await using var client = await HubClient.ConnectAsync(host, via, "A");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TestSignal.Patience);
        await using var stream = client.Connection.StreamAsync<object>("Stream", limit.Token).GetAsyncEnumerator(limit.Token);
        var streamed = stream.MoveNextAsync();
        // A call without an answer is one, too. Calls are done in order.
        await client.Connection.SendAsync("Subscribe", limit.Token);
        await client.Connection.InvokeAsync<object>("Subscribe", limit.Token);
        for (var n = 0; !streamed.IsCompleted; n++)
        {
            // The stream begins when the gateway has read the call, which nothing announces.
            Append(host, "a", "A", n);
            await client.NextAsync();
        }

        Assert.True(await streamed);
        Assert.Equal("A", JsonSerializer.SerializeToElement(stream.Current).Text("event"));
    }

    [Theory]
    [MemberData(nameof(BothProtocols))]
    public async Task A_filter_takes_patterns_of_events_and_labels_of_VMs(HubVia via)
    {
        await using var host = new GatewayHost("web1", "web2").Set("Gateway:Vms:web1:Labels:rack", "a").Set("Gateway:Vms:web2:Labels:rack", "b");
        await host.StartAsync();
        await using var client = await HubClient.ConnectAsync(host, via, "GUEST_PANICKED", "STOP");
        await client.SubscribeAsync(new { events = new[] { "GUEST_*" }, labels = new Dictionary<string, string> { ["rack"] = "a" } });
        Append(host, "web2", "GUEST_PANICKED", 1);
        Append(host, "web1", "STOP", 2);
        Append(host, "web1", "GUEST_PANICKED", 3);
        var (method, envelope) = await client.NextAsync();
        Assert.Equal(("GUEST_PANICKED", "web1"), (method, envelope.Text("vm")));
        Assert.False(client.HasHeardMore);
        var refused = await Assert.ThrowsAsync<HubException>(() => client.SubscribeAsync(new { labels = new[] { "rack=a" } }));
        Assert.StartsWith("invalid-request: ", refused.Message, StringComparison.Ordinal);
        foreach (var (member, value) in ((string, string)[])[("vms", "A"), ("events", "")])
        {
            refused = await Assert.ThrowsAsync<HubException>(() => client.SubscribeAsync(new Dictionary<string, string[]> { [member] = [value] }));
            Assert.StartsWith($"invalid-request: '{member}' must ", refused.Message, StringComparison.Ordinal);
        }

        foreach (var member in (string[])["since", "until", "order"])
        {
            refused = await Assert.ThrowsAsync<HubException>(() => client.SubscribeAsync(new Dictionary<string, string> { [member] = "1h" }));
            Assert.StartsWith("invalid-request: ", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_event_is_a_call_of_the_method_of_its_name_with_the_envelope(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        await using var client = await HubClient.ConnectAsync(host, via, "GUEST_PANICKED", "STOP");
        var cursor = await client.SubscribeAsync(new { vms = new[] { "web1" }, events = new[] { "GUEST_PANICKED" } });
        Assert.InRange(long.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture), 2, host.Journal.Head);
        await host.Fake("web1").EventAsync("STOP");
        await host.Fake("web1").EventAsync(
            "GUEST_PANICKED", """{"action": "pause", "info": {"type": "hyper-v", "arg1": 18446744073709551615, "arg2": -9223372036854775808, "arg3": 1.5, "arg4": null, "arg5": []}}""");
        var (method, envelope) = await client.NextAsync();
        Assert.Equal("GUEST_PANICKED", method);
        var page = (await host.GetAsync("/events?event=GUEST_PANICKED")).Ok();
        Assert.True(JsonElement.DeepEquals(page.GetProperty("items")[0], envelope), envelope.GetRawText());
        var info = envelope.GetProperty("data").GetProperty("info");
        Assert.Equal(("18446744073709551615", "-9223372036854775808"), (info.GetProperty("arg1").GetRawText(), info.GetProperty("arg2").GetRawText()));
    }

    [Theory]
    [MemberData(nameof(BothProtocols))]
    public async Task Events_after_a_cursor_come_in_order_and_without_gap(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        for (var i = 0; i < 1000; i++)
        {
            Append(host, "a", "E", i);
        }

        await using var client = await HubClient.ConnectAsync(host, via, "E");
        Assert.Equal("0", await client.SubscribeAsync(new { after = "start" }));
        for (var i = 1000; i < 2000; i++)
        {
            Append(host, "a", "E", i);
        }

        for (var i = 0; i < 2000; i++)
        {
            Assert.Equal(i, (await client.NextAsync()).Argument.GetProperty("data").GetProperty("n").GetInt32());
        }

        await using var another = await HubClient.ConnectAsync(host, via, "E");
        Assert.Equal("1999", await another.SubscribeAsync(new { after = "1999" }));
        Assert.Equal("2000", (await another.NextAsync()).Argument.Text("id"));
    }

    [Theory]
    [MemberData(nameof(BothProtocols))]
    public async Task A_second_subscription_replaces_the_first(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        await using var client = await HubClient.ConnectAsync(host, via, "A", "B");
        await client.SubscribeAsync(new { events = new[] { "A" } });
        Append(host, "a", "A", 1);
        Assert.Equal("A", (await client.NextAsync()).Method);
        await client.SubscribeAsync(new { events = new[] { "B" } });
        Append(host, "a", "A", 2);
        Append(host, "a", "B", 3);
        Assert.Equal("B", (await client.NextAsync()).Method);
        Assert.False(client.HasHeardMore);
    }

    [Theory]
    [MemberData(nameof(BothProtocols))]
    public async Task Nothing_comes_after_unsubscribing(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        await using var client = await HubClient.ConnectAsync(host, via, "A", "B");
        await client.Connection.InvokeAsync("Unsubscribe", TestContext.Current.CancellationToken);
        await client.SubscribeAsync(null);
        Append(host, "a", "A", 1);
        await client.NextAsync();
        await client.Connection.InvokeAsync("Unsubscribe", TestContext.Current.CancellationToken);
        Append(host, "a", "A", 2);
        // The connection works, and what was appended before this came to nobody.
        await client.SubscribeAsync(new { events = new[] { "B" } });
        Append(host, "a", "B", 3);
        Assert.Equal("B", (await client.NextAsync()).Method);
    }

    [Theory]
    [MemberData(nameof(BothProtocols))]
    public async Task Every_member_of_a_filter_may_be_left_out_empty_or_null(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        foreach (var filter in (object?[])
        [
            null, new { }, new { vms = Array.Empty<string>(), events = Array.Empty<string>() },
            new { vms = (string[]?)null, events = (string[]?)null, data = (object?)null, after = (string?)null },
        ])
        {
            await using var client = await HubClient.ConnectAsync(host, via, "A");
            await client.SubscribeAsync(filter);
            Append(host, "a", "A", 1);
            Assert.Equal("A", (await client.NextAsync()).Method);
        }
    }

    [Theory]
    [MemberData(nameof(BothProtocols))]
    public async Task A_filter_narrows_by_pattern_name_and_payload(HubVia via)
    {
        await using var host = await GatewayHost.ConnectedAsync();
        await using var client = await HubClient.ConnectAsync(host, via, "A", "B");
        await client.SubscribeAsync(new { vms = new[] { "web-*", "db" }, events = new[] { "A" }, data = new Dictionary<string, string> { ["n"] = "7" } });
        Append(host, "web-1", "B", 7);
        Append(host, "web-1", "A", 6);
        Append(host, "web", "A", 7);
        Append(host, "web-1", "A", 7);
        Append(host, "db", "A", 7);
        Assert.Equal("web-1", (await client.NextAsync()).Argument.Text("vm"));
        Assert.Equal("db", (await client.NextAsync()).Argument.Text("vm"));
    }

    [Theory]
    [MemberData(nameof(BothProtocols))]
    public async Task A_cursor_that_is_no_longer_kept_is_refused_by_a_message_that_starts_with_the_slug(HubVia via)
    {
        await using var host = new GatewayHost().Set("Gateway:Journal:KeepEventsPerVm", "10");
        await host.StartAsync();
        for (var i = 0; i < 30; i++)
        {
            Append(host, "a", "A", i);
        }

        await host.EventuallyAsync(() => host.Journal.Oldest(EventFilter.All) == 20, "trimming");
        await using var client = await HubClient.ConnectAsync(host, via, "A");
        var refusal = await Assert.ThrowsAsync<HubException>(() => client.SubscribeAsync(new { after = "1" }));
        Assert.StartsWith("cursor-expired: ", refusal.Message);
        var streamed = await Assert.ThrowsAsync<HubException>(async () => await client.Stream(new { after = "1" }, default).GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync());
        Assert.StartsWith("cursor-expired: ", streamed.Message);
        Assert.Equal("20", await client.SubscribeAsync(new { after = "start" }));
    }

    private static void Append(GatewayHost host, string vm, string name, int n) =>
        host.Journal.Append(new NewEvent(vm, name, EventOrigin.Qemu, new JsonText(JsonSerializer.SerializeToUtf8Bytes(new { n })), null));
}
