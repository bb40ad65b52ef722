using Gateway.Limits;
using Gateway.Tests.NativeQmp;
using Gateway.Tests.Security;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>What one caller waits for, or one QEMU that hangs, keeps nobody from a lifecycle command, a list or another VM.</summary>
public sealed class LockOutTests
{
    [Theory]
    [InlineData("GET", "/events?wait=60&after=", 300)]
    [InlineData("GET", "/vms/a/events?wait=60&after=", 300)]
    [InlineData("GET", "/vms/a/status?until=paused&timeout=300", 300)]
    [InlineData("POST", "/vms/a/powerdown?wait=300", 250)]
    public async Task Hundreds_of_waits_on_a_VM_keep_no_command_and_no_list_from_being_served(string method, string path, int count)
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "b");
        path += path.EndsWith('=') ? host.Journal.Head.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";
        await using var waits = new HangingRequests(host, count, method, path + (path.Contains("after", StringComparison.Ordinal) ? "&event=NONE" : ""));
        await host.EventuallyAsync(() => PlacesOf(host).Readers == count && (method == "GET" || host.Fake("a").Sent.Count == count) && PlacesOf(host).Requests == 0, "the waits");
        await ServedAsync(host);
        (await host.GetAsync("/vms/a/status")).Ok();
        (await host.PostAsync("/vms/a/stop")).NoContent();
        (await host.PostAsync("/vms/a/reset?wait=60")).Ok();
        Assert.Equal(0, waits.Answered(429));
    }

    [Fact]
    public async Task Three_hundred_reads_of_a_QEMU_that_hangs_keep_no_out_of_band_command_from_it()
    {
        await using var host = await GatewayHost.ConnectedAsync("a", "b");
        host.Fake("a").Hang("query-name");
        host.Fake("a").Return("query-yank", "[]");
        await using var reads = new HangingRequests(host, 300, "POST", "/vms/a/qmp?timeout=300", """{"execute":"query-name"}""");
        await host.EventuallyAsync(() => PlacesOf(host).Requests == 256 && reads.Answered(429) == 44, "256 reads, and 44 refused");
        (await host.PostAsync("/vms/a/qmp", """{"exec-oob":"query-yank"}""")).Ok();
        await ServedAsync(host);
        // It is not refused: it waits for its turn, and goes before the reads.
        var stop = host.PostAsync("/vms/a/stop");
        await host.EventuallyAsync(() => PlacesOf(host).Requests == 257, "the command");
        await host.Fake("a").ReturnAsync(await host.Fake("a").ReceivedAsync("query-name"));
        (await stop).NoContent();
        Assert.Equal([.. Enumerable.Repeat("query-name", 8), "query-yank", "stop"], host.Fake("a").Sent.Take(10));
    }

    [Fact]
    public async Task However_many_QEMUs_hang_another_VM_and_the_lists_are_served()
    {
        var hung = Enumerable.Range(0, 10).Select(static i => $"hung{i}").ToArray();
        await using var host = await GatewayHost.ConnectedAsync(["a", "b", .. hung]);
        var all = new List<HangingRequests>();
        foreach (var vm in hung)
        {
            host.Fake(vm).Hang("query-name");
            all.Add(new HangingRequests(host, 300, "POST", $"/vms/{vm}/qmp?timeout=300", """{"execute":"query-name"}"""));
        }

        await host.EventuallyAsync(() => all.Sum(static one => one.Answered(429)) == 3000 - 2048 - (10 * Places.OfEachVm), "all places taken");
        await ServedAsync(host);
        (await host.PostAsync("/vms/a/stop")).NoContent();
        Assert.Equal(200, (await host.PostAsync("/vms/hung0/qmp", """{"exec-oob":"stop"}""")).Status);
        foreach (var one in all)
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task One_caller_gets_half_of_anything()
    {
        await using var host = new GatewayHost("a", "b").WithKey("viewer", "viewer").WithKey("other", "viewer").WithKey("operator", "operator")
            .Set("Gateway:Limits:Readers", "9").Set("Gateway:Limits:RequestsPerVm", "5");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        await using var waits = new HangingRequests(host, 2048, "GET", "/vms/a/status?until=colo&timeout=300", body: null, Keys.As("viewer"));
        await host.EventuallyAsync(() => waits.Answered(429) == 2048 - 5, "five waits");
        Assert.Equal(5, PlacesOf(host).Readers);
        var refused = await host.GetAsync("/events", ("Accept", "text/event-stream"), Keys.As("viewer"));
        Assert.Contains("from this caller, who may use at most half of the limit (Gateway:Limits:Readers = 9)", refused.Problem("rate-limited", "/events", ("outcome", "not-sent")).Text("detail"));
        (await host.PostAsync("/vms/a/reset?wait=60", null, Keys.As("operator"))).Ok();
        Assert.Equal(200, (await host.GetAsync("/vms/a/status?until=running", Keys.As("other"))).Status);

        host.Fake("a").Hang("query-status");
        await using var reads = new HangingRequests(host, 10, "GET", "/vms/a/status", body: null, Keys.As("viewer"));
        await host.EventuallyAsync(() => reads.Answered(429) == 7, "three reads");
        await using var others = new HangingRequests(host, 10, "GET", "/vms/a/status", body: null, Keys.As("other"));
        await host.EventuallyAsync(() => others.Answered(429) == 8, "two reads of another");
        (await host.PostAsync("/vms/a/stop", null, Keys.As("operator"))).NoContent();
    }

    [Fact]
    public async Task Native_clients_wait_and_none_is_refused()
    {
        await using var host = new GatewayHost("a", "b").Set("Gateway:Limits:RequestsPerVm", "2").Set("Gateway:Limits:Requests", "2");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        host.Fake("a").Hang("query-name");
        host.Fake("a").Return("query-yank", "[]");
        var clients = new List<NativeClient>();
        for (var i = 0; i < 40; i++)
        {
            clients.Add(await NativeClient.OverWebSocketAsync(host, "/vms/a/qmp"));
            await clients[i].NegotiateAsync();
            await clients[i].SendAsync("""{"execute":"query-name"}""");
        }

        (await host.PostAsync("/vms/a/qmp", """{"exec-oob":"query-yank"}""")).Ok();
        await host.Fake("a").ReceivedAsync("query-name", 8);
        for (var i = 0; i < clients.Count; i++)
        {
            await host.Fake("a").ReturnAsync(await host.Fake("a").ReceivedAsync("query-name", i + 1));
        }

        foreach (var client in clients)
        {
            Assert.Equal("""{"return":{}}""", await client.NextAsync());
            await client.DisposeAsync();
        }
    }

    private static Places PlacesOf(GatewayHost host) => host.Services.GetRequiredService<Places>();

    private static async Task ServedAsync(GatewayHost host)
    {
        (await host.GetAsync("/vms/a")).Ok();
        (await host.GetAsync("/vms")).Ok();
        (await host.GetAsync("/events?limit=1")).Ok();
        (await host.GetAsync("/vms/b/status")).Ok();
        (await host.PostAsync("/vms/b/stop")).NoContent();
    }

    /// <summary>Requests that are sent at once, and hang.</summary>
    private sealed class HangingRequests : IAsyncDisposable
    {
        private readonly CancellationTokenSource end = new();
        private readonly Task<HttpResponseMessage>[] all;

        public HangingRequests(GatewayHost host, int count, string method, string path, string? body = null, params (string Name, string Value)[] headers) =>
            all = [.. Enumerable.Range(0, count).Select(_ =>
            {
                var request = new HttpRequestMessage(new HttpMethod(method), path)
                {
                    Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
                };
                foreach (var (name, value) in headers)
                {
                    request.Headers.Add(name, value);
                }

                return host.Client.SendAsync(request, end.Token);
            })];

        /// <summary>How many were answered so.</summary>
        public int Answered(int status) => all.Count(one => one.IsCompletedSuccessfully && (int)one.Result.StatusCode == status);

        public async ValueTask DisposeAsync()
        {
            await end.CancelAsync();
            await ((Task)Task.WhenAll(all)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.Dispose();
        }
    }
}
