using Gateway.Limits;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>As many requests as a setting says are on their way at a time; the next is refused, and a place that is free again is used again.</summary>
public sealed class RequestLimitTests
{
    [Fact]
    public async Task A_VM_takes_so_many_requests_whichever_way_they_name_it()
    {
        await using var host = await StartAsync("RequestsPerVm", "3", ("Gateway:DefaultVm", "a"));
        var underWay = await HangAsync(host, "/vms/a/qmp", "/qmp", "/vms/a/qmp");

        foreach (var (method, path) in ((string, string)[])[("GET", "/vms/a/actions"), ("GET", "/actions"), ("POST", "/stop"), ("GET", "/vms/a")])
        {
            Refused(await host.SendAsync(method, path), path, "RequestsPerVm = 3", "a");
        }

        Assert.Equal(3, host.Fake("a").Sent.Count);
        // Others' places are not this VM's.
        (await host.GetAsync("/vms/b/status")).Ok();
        (await host.GetAsync("/vms")).Ok();

        await AnswerAsync(host, underWay[0], 1);
        (await host.GetAsync("/actions")).Ok();
        await AnswerAsync(host, underWay[1], 2);
        await AnswerAsync(host, underWay[2], 3);
        await host.EventuallyAsync(() => Taken(host) == 0, "no place taken");
    }

    [Fact]
    public async Task The_gateway_takes_so_many_requests_in_all()
    {
        await using var host = await StartAsync("Requests", "2");
        var underWay = await HangAsync(host, "/vms/a/qmp", "/vms/a/qmp");

        foreach (var (path, vm) in ((string, string?)[])[("/vms/b/status", "b"), ("/vms", null), ("/events?wait=1", null)])
        {
            Refused(await host.GetAsync(path), path.Split('?')[0], "Requests = 2", vm);
        }

        Refused(await host.PostAsync("/vms/b/nmi"), "/vms/b/nmi", "Requests = 2", "b");
        Assert.Empty(host.Fake("b").Sent);
        await AnswerAsync(host, underWay[0], 1);
        (await host.GetAsync("/vms")).Ok();
        await AnswerAsync(host, underWay[1], 2);
    }

    [Fact]
    public async Task What_tells_how_the_gateway_is_and_streams_need_no_place()
    {
        await using var host = await StartAsync("Requests", "1");
        var underWay = await HangAsync(host, "/vms/a/qmp");

        (await host.GetAsync("/health/live")).Ok();
        (await host.GetAsync("/health/ready")).Ok();
        (await host.GetAsync("/version")).Ok();
        Assert.Equal(200, (await host.GetAsync("/metrics")).Status);
        await using var stream = await SseReader.OpenAsync(host, "/events?after=start");
        Assert.Equal("VM_ADDED", (await stream.NextAsync()).Name);
        await using var hub = await HubClient.ConnectAsync(host, HubVia.JsonOverLongPolling);
        Assert.NotEmpty(await hub.SubscribeAsync(null));
        Refused(await host.GetAsync("/vms"), "/vms", "Requests = 1", vm: null);
        await AnswerAsync(host, underWay[0], 1);
    }

    [Theory]
    [InlineData("Requests")]
    [InlineData("RequestsPerVm")]
    public async Task A_caller_that_hangs_up_leaves_its_place_to_others(string setting)
    {
        await using var host = await StartAsync(setting, "2");
        for (var round = 0; round < 20; round++)
        {
            using var gone = new CancellationTokenSource();
            var aborted = host.Client.GetAsync("/vms/a/status?until=colo&timeout=300", gone.Token);
            await host.EventuallyAsync(() => Taken(host) == 1, "the request");
            (await host.GetAsync("/vms/a/actions")).Ok();
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
        Refused(await host.PostAsync("/vms/a/stop", null, ("Idempotency-Key", "k")), "/vms/a/stop", "RequestsPerVm = 1", "a");
        await AnswerAsync(host, underWay[0], 1);
        var answer = await host.PostAsync("/vms/a/stop", null, ("Idempotency-Key", "k"));
        answer.NoContent();
        Assert.Null(answer.Header("Idempotency-Replayed"));
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
        Assert.Contains($"Gateway:Limits:{setting} ", answer.Problem("rate-limited", path, members).Text("detail"), StringComparison.Ordinal);
        Assert.Equal("1", answer.Header("Retry-After"));
    }

    private static long Taken(GatewayHost host) => host.Services.GetRequiredService<Places>().Requests;
}
