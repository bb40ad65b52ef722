using Gateway.Limits;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>As many requests as a setting says are on their way at a time; the next is refused, and a place that is free again is used again.</summary>
public sealed class RequestLimitTests
{
    [Fact]
    public async Task A_VM_takes_so_many_commands_whichever_way_they_name_it()
    {
        await using var host = await StartAsync("RequestsPerVm", "3", ("Gateway:DefaultVm", "a"));
        var underWay = await HangAsync(host, "/vms/a/qmp", "/qmp", "/vms/a/qmp");

        foreach (var (method, path) in ((string, string)[])[("GET", "/vms/a/status"), ("GET", "/status"), ("GET", "/commands"), ("GET", "/vms/a/openapi.json")])
        {
            Refused(await host.SendAsync(method, path), path, "RequestsPerVm = 3", "a");
        }

        Refused(await host.PostAsync("/qmp", """{"execute":"query-name"}"""), "/qmp", "RequestsPerVm = 3", "a");
        Refused(await host.PutAsync("/actions", """{"panic":"none"}"""), "/actions", "RequestsPerVm = 3", "a");
        Assert.Equal(3, host.Fake("a").Sent.Count);
        // Others' places are not this VM's.
        (await host.GetAsync("/vms/b/status")).Ok();

        await AnswerAsync(host, underWay[0], 1);
        (await host.GetAsync("/status")).Ok();
        await AnswerAsync(host, underWay[1], 2);
        await AnswerAsync(host, underWay[2], 3);
        await host.EventuallyAsync(() => Taken(host) == 0, "no place taken");
    }

    [Fact]
    public async Task The_gateway_takes_so_many_commands_in_all_beside_the_first_of_each_VM()
    {
        await using var host = await StartAsync("Requests", "2");
        host.Fake("a").Hang("query-status");
        var underWay = Enumerable.Range(0, Places.OfEachVm + 2).Select(_ => host.GetAsync("/vms/a/status")).ToArray();
        await host.EventuallyAsync(() => Taken(host) == underWay.Length, "the requests");

        Refused(await host.GetAsync("/vms/a/status"), "/vms/a/status", "Requests = 2", "a");
        (await host.GetAsync("/vms/b/status")).Ok();
        host.Fake("a").HangUp();
        await Task.WhenAll(underWay);
        await host.EventuallyAsync(() => Taken(host) == 0, "no place taken");
    }

    [Fact]
    public async Task The_gateway_takes_so_many_other_requests_in_all()
    {
        await using var host = await StartAsync("Requests", "2");
        using var first = PlacesOf(host).Take(Work.Request, vm: null, caller: null);
        using var second = PlacesOf(host).Take(Work.Request, vm: null, caller: null);
        Refused(await host.GetAsync("/vms"), "/vms", "Requests = 2", vm: null);
        Refused(await host.GetAsync("/vms/a/actions"), "/vms/a/actions", "Requests = 2", "a");
        (await host.GetAsync("/vms/a/status")).Ok();
        (await host.PostAsync("/vms/a/stop")).NoContent();
        first.Dispose();
        (await host.GetAsync("/vms")).Ok();
    }

    [Fact]
    public async Task What_tells_how_the_gateway_is_needs_no_place()
    {
        await using var host = await StartAsync("Requests", "1");
        using var underWay = PlacesOf(host).Take(Work.Request, vm: null, caller: null);

        (await host.GetAsync("/health/live")).Ok();
        (await host.GetAsync("/health/ready")).Ok();
        (await host.GetAsync("/version")).Ok();
        Assert.Equal(200, (await host.GetAsync("/metrics")).Status);
        await using var stream = await SseReader.OpenAsync(host, "/events?after=start");
        Assert.Equal("VM_ADDED", (await stream.NextAsync()).Name);
        await using var hub = await HubClient.ConnectAsync(host, HubVia.JsonOverLongPolling);
        Assert.NotEmpty(await hub.SubscribeAsync(null));
        Refused(await host.GetAsync("/vms"), "/vms", "Requests = 1", vm: null);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_leaves_its_place_to_others()
    {
        await using var host = await StartAsync("RequestsPerVm", "2");
        host.Fake("a").Hang("query-status");
        for (var round = 0; round < 20; round++)
        {
            using var gone = new CancellationTokenSource();
            var aborted = host.Client.GetAsync("/vms/a/status", gone.Token);
            await host.EventuallyAsync(() => Taken(host) == 1, "the request");
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => aborted);
            await host.EventuallyAsync(() => Taken(host) == 0, "the freed place");
        }
    }

    [Fact]
    public async Task Failures_and_refusals_leave_no_place_taken()
    {
        await using var host = await StartAsync("RequestsPerVm", "1");
        host.Fake("a").Refuse("system_wakeup");
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(409, (await host.PostAsync("/vms/a/wakeup")).Status);
            Assert.Equal(400, (await host.PutAsync("/vms/a/actions", "{}")).Status);
            Assert.Equal(415, (await host.PostAsync("/vms/a/qmp")).Status);
            Assert.Equal(404, (await host.GetAsync("/vms/nope/status")).Status);
        }

        await host.EventuallyAsync(() => Taken(host) == 0, "no place taken");
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_unused()
    {
        await using var host = await StartAsync("RequestsPerVm", "1");
        var underWay = await HangAsync(host, "/vms/a/qmp");
        Refused(await SetAsync(), "/vms/a/actions", "RequestsPerVm = 1", "a");
        await AnswerAsync(host, underWay[0], 1);
        var answer = await SetAsync();
        answer.Ok();
        Assert.Null(answer.Header("Idempotency-Replayed"));

        Task<Answer> SetAsync() => host.PutAsync("/vms/a/actions", """{"panic":"none"}""", ("Idempotency-Key", "k"));
    }

    private static async Task<GatewayHost> StartAsync(string setting, string value, params (string Key, string Value)[] more)
    {
        var host = new GatewayHost("a", "b").Set($"Gateway:Limits:{setting}", value);
        foreach (var (key, text) in more)
        {
            host.Set(key, text);
        }

        await host.StartAsync();
        await host.ConnectedAsync("a");
        await host.ConnectedAsync("b");
        return host;
    }

    /// <summary>Sends commands that QEMU has got and does not answer yet.</summary>
    private static async Task<Task<Answer>[]> HangAsync(GatewayHost host, params string[] paths)
    {
        host.Fake("a").Hang("query-name");
        var underWay = new List<Task<Answer>>();
        foreach (var path in paths)
        {
            underWay.Add(host.PostAsync($"{path}?timeout=60", """{"execute":"query-name"}"""));
            await host.Fake("a").ReceivedAsync("query-name", underWay.Count);
        }

        return [.. underWay];
    }

    private static async Task AnswerAsync(GatewayHost host, Task<Answer> request, int count)
    {
        await host.Fake("a").ReturnAsync(await host.Fake("a").ReceivedAsync("query-name", count));
        (await request).Ok();
    }

    private static void Refused(Answer answer, string path, string setting, string? vm)
    {
        (string, string?)[] members = vm is null ? [("outcome", "not-sent")] : [("outcome", "not-sent"), ("vm", vm)];
        Assert.Contains($"(Gateway:Limits:{setting})", answer.Problem("rate-limited", path, members).Text("detail"), StringComparison.Ordinal);
        Assert.Equal("1", answer.Header("Retry-After"));
    }

    private static long Taken(GatewayHost host) => PlacesOf(host).Requests;

    private static Places PlacesOf(GatewayHost host) => host.Services.GetRequiredService<Places>();
}
