using Gateway.Journal;
using Gateway.Limits;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>Streams of server-sent events, subscriptions and streams of the hub share one number of places.</summary>
public sealed class ReaderLimitTests
{
    [Fact]
    public async Task There_are_so_many_readers_of_all_kinds_and_the_next_is_refused()
    {
        await using var host = await StartAsync(3);
        await using var hub = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets, "A");
        using var end = new CancellationTokenSource(TestSignal.Patience);
        var events = await SseReader.OpenAsync(host, "/events");
        await hub.SubscribeAsync(null);
        var stream = hub.Stream(new { after = "start" }, end.Token).GetAsyncEnumerator(end.Token);
        Append(host);
        Assert.True(await stream.MoveNextAsync());

        await RefusedAsync(host);

        // Any kind's place is any other's once it is free.
        await events.DisposeAsync();
        await FreeAsync(host, 1);
        await using (await SseReader.OpenAsync(host, "/events"))
        {
            await RefusedAsync(host);
        }

        await hub.Connection.InvokeAsync("Unsubscribe", end.Token);
        await FreeAsync(host, 2);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.MoveNextAsync());
        await FreeAsync(host, 3);
    }

    [Fact]
    public async Task A_subscription_that_replaces_one_takes_its_place()
    {
        await using var host = await StartAsync(1);
        await using var hub = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets, "A");
        for (var round = 0; round < 5; round++)
        {
            await hub.SubscribeAsync(null);
        }

        Append(host);
        Assert.Equal("A", (await hub.NextAsync()).Method);
        await RefusedAsync(host);
    }

    [Fact]
    public async Task Readers_that_hang_up_or_fail_leave_their_places()
    {
        await using var host = await StartAsync(2);
        for (var round = 0; round < 10; round++)
        {
            await using (var hub = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets))
            {
                await hub.SubscribeAsync(null);
                await using (await SseReader.OpenAsync(host, "/events"))
                {
                    await RefusedAsync(host);
                }
            }

            await FreeAsync(host, 2);
            Assert.Equal(400, (await host.GetAsync("/events?after=nope", ("Accept", "text/event-stream"))).Status);
            Assert.Equal(400, (await host.GetAsync("/events?limit=1", ("Accept", "text/event-stream"))).Status);
            await using var wrong = await HubClient.ConnectAsync(host, HubVia.JsonOverWebSockets);
            await Assert.ThrowsAsync<HubException>(() => wrong.SubscribeAsync(new { after = "nope" }));
            await FreeAsync(host, 2);
        }
    }

    [Fact]
    public async Task A_wait_is_a_reader_and_history_is_none()
    {
        await using var host = await StartAsync(1, "web1");
        await host.ConnectedAsync("web1");
        await using var events = await SseReader.OpenAsync(host, "/events");
        (await host.GetAsync("/events")).Ok();
        Assert.Equal(200, (await host.SendAsync("HEAD", "/events", null, ("Accept", "text/event-stream"))).Status);
        (await host.GetAsync("/vms/web1/status")).Ok();
        foreach (var (method, path) in ((string, string)[])[
            ("GET", "/events?wait=1"), ("GET", "/vms/web1/events?wait=1"), ("GET", "/vms/web1/status?until=paused"), ("GET", "/status?until=paused"), ("POST", "/vms/web1/reset?wait=1")])
        {
            (string, string?)[] members = path.StartsWith("/events", StringComparison.Ordinal) ? [("outcome", "not-sent")] : [("outcome", "not-sent"), ("vm", "web1")];
            var refused = (await host.SendAsync(method, path)).Problem("rate-limited", path.Split('?')[0], members);
            Assert.Contains("Gateway:Limits:Readers ", refused.Text("detail"), StringComparison.Ordinal);
        }

        Assert.Empty(host.Fake("web1").Sent);
        await events.DisposeAsync();
        await FreeAsync(host, 1);
        Assert.Equal(200, (await host.PostAsync("/vms/web1/reset?wait=60")).Status);
        await FreeAsync(host, 1);
    }

    private static async Task<GatewayHost> StartAsync(int readers, params string[] vms)
    {
        var host = new GatewayHost(vms).Set("Gateway:Limits:Readers", $"{readers}");
        await host.StartAsync();
        return host;
    }

    private static async Task RefusedAsync(GatewayHost host)
    {
        var answer = await host.GetAsync("/events", ("Accept", "text/event-stream"));
        Assert.Contains("Gateway:Limits:Readers ", answer.Problem("rate-limited", "/events", ("outcome", "not-sent")).Text("detail"), StringComparison.Ordinal);
        Assert.Equal("1", answer.Header("Retry-After"));
        await using var client = await HubClient.ConnectAsync(host, HubVia.MessagePackOverWebSockets);
        var refused = await Assert.ThrowsAsync<HubException>(() => client.SubscribeAsync(null));
        Assert.StartsWith("rate-limited: ", refused.Message, StringComparison.Ordinal);
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        refused = await Assert.ThrowsAsync<HubException>(async () => await client.Stream(null, limit.Token).GetAsyncEnumerator(limit.Token).MoveNextAsync());
        Assert.StartsWith("rate-limited: ", refused.Message, StringComparison.Ordinal);
    }

    private static Task FreeAsync(GatewayHost host, int places)
    {
        var all = host.Services.GetRequiredService<Gateway.Configuration.GatewayOptions>().Limits.Readers;
        return host.EventuallyAsync(() => host.Services.GetRequiredService<Places>().Readers == all - places, $"{places} free places");
    }

    private static void Append(GatewayHost host) =>
        host.Journal.Append(new NewEvent("a", "A", EventOrigin.Qemu, new JsonText("{}"u8.ToArray()), null));
}
