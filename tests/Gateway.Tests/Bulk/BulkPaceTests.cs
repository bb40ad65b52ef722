using Gateway.Access;
using Gateway.Limits;
using Gateway.Tests.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Bulk;

/// <summary>How many VMs are worked on at a time, what a request takes of the limits, and how it ends early.</summary>
public sealed class BulkPaceTests
{
    private const int AtOnce = 32;

    [Fact]
    public async Task At_most_32_VMs_are_worked_on_at_a_time()
    {
        string[] vms = [.. Enumerable.Range(0, AtOnce + 8).Select(static i => $"vm{i:00}")];
        await using var host = await HungAsync(new GatewayHost(vms) { Time = new FakeTimeProvider() }, vms);
        using var over = new End(host, vms);

        var bulk = host.BulkAsync("""{"action":"stop","vms":["*"]}""");
        var answered = new HashSet<string>();
        while (answered.Count < vms.Length - AtOnce)
        {
            await host.EventuallyAsync(() => Begun(host, vms).Length >= AtOnce + answered.Count, "the next one");
            Assert.Equal(AtOnce + answered.Count, Begun(host, vms).Length);
            var next = Begun(host, vms).First(vm => !answered.Contains(vm));
            answered.Add(next);
            await AnswerAsync(host, next);
        }

        foreach (var vm in vms.Except(answered))
        {
            await AnswerAsync(host, vm);
        }

        Assert.Equal(vms.Select(static vm => $"{vm} done"), (await bulk.WaitAsync(TestSignal.Patience)).Outcomes());
    }

    [Fact]
    public async Task Each_command_takes_a_place_of_its_VM()
    {
        await using var host = new GatewayHost("a", "b").Set("Gateway:Limits:RequestsPerVm", "1");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        await host.ConnectedAsync("b");
        host.Fake("a").Hang("stop");
        var stop = host.PostAsync("/vms/a/stop");
        await host.Fake("a").ReceivedAsync("stop");

        foreach (var wait in (string[])["null", "10"])
        {
            var answer = await host.BulkAsync($$"""{"action":"reset","vms":["*"],"wait":{{wait}}}""");
            Assert.Equal(["a not-sent", "b done"], answer.Outcomes());
            Assert.Equal("urn:qmp-gateway:rate-limited", answer.Items()[0].GetProperty("problem").Text("type"));
        }

        await host.Fake("a").ReturnAsync(await host.Fake("a").ReceivedAsync("stop"));
        (await stop).NoContent();
        Assert.Equal(["a done", "b done"], (await host.BulkAsync("""{"action":"reset","vms":["*"]}""")).Outcomes());
        var places = host.Services.GetRequiredService<Places>();
        await host.EventuallyAsync(() => places is { Requests: 0, Readers: 0 }, "no place taken");
    }

    [Fact]
    public async Task A_request_that_waits_is_a_reader_and_one_that_does_not_is_a_lifecycle_command()
    {
        await using var host = new GatewayHost("a").Set("Gateway:Limits:Readers", "1").Set("Gateway:Limits:Requests", "1");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        var places = host.Services.GetRequiredService<Places>();
        using var reader = places.Take(Work.Reader, vm: null, caller: null);
        using var request = places.Take(Work.Request, vm: null, caller: null);
        var command = places.Take(Work.Command, vm: null, caller: null);

        // Neither the reads nor the waits of others keep a lifecycle command from being sent.
        Assert.Equal(["a done"], (await host.BulkAsync("""{"action":"reset","vms":["a"]}""")).Outcomes());
        Refused(await host.BulkAsync("""{"action":"reset","vms":["a"],"wait":5}"""), "Readers");
        Refused(await host.BulkAsync("""{"action":"actions","vms":["a"],"actions":{"panic":"pause"}}"""), "Requests");
        Assert.Equal(["a system_reset"], host.SentTo("a"));
        Assert.Equal(["a system_reset done -", "- system_reset not-sent rate-limited", "- set-action not-sent rate-limited"], host.Records().Select(BulkRequests.Told));
        command.Dispose();
        Assert.Equal(["a done"], (await host.BulkAsync("""{"action":"actions","vms":["a"],"actions":{"panic":"pause"}}""")).Outcomes());

        using var urgent = places.Take(Work.Urgent, vm: null, caller: null);
        Refused(await host.BulkAsync("""{"action":"reset","vms":["a"]}"""), "Requests");

        static void Refused(Answer answer, string setting) => Assert.Contains(
            $"(Gateway:Limits:{setting} ", answer.Problem("rate-limited", BulkRequests.Path, ("outcome", "not-sent")).Text("detail"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_hangs_up_ends_the_request_unless_it_has_a_key(bool hasKey)
    {
        string[] vms = [.. Enumerable.Range(0, AtOnce + 3).Select(static i => $"vm{i:00}")];
        await using var host = await HungAsync(new GatewayHost(vms) { Time = new FakeTimeProvider() }, vms);
        using var over = new End(host, vms);
        using var gone = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, BulkRequests.Path)
        {
            Content = new StringContent("""{"action":"stop","vms":["*"]}""", System.Text.Encoding.UTF8, "application/json"),
        };
        if (hasKey)
        {
            request.Headers.Add("Idempotency-Key", "k");
        }

        var aborted = host.Client.SendAsync(request, gone.Token);
        await host.EventuallyAsync(() => Begun(host, vms).Length == AtOnce, "32 commands");
        var begun = Begun(host, vms);
        // The test server tells a client of its own hanging up only when the request has ended.
        await gone.CancelAsync();
        if (hasKey)
        {
            foreach (var vm in begun.Concat(vms.Except(begun)))
            {
                await AnswerAsync(host, vm);
            }
        }

        await host.EventuallyAsync(() => host.Records().Length == vms.Length, "a record for each VM");
        Assert.Equal(
            vms.Select(vm => hasKey ? $"{vm} stop done -" : begun.Contains(vm) ? $"{vm} stop unknown outcome-unknown" : $"{vm} stop not-sent -"),
            host.Records().Select(BulkRequests.Told).Order());
        Assert.Equal(hasKey ? vms : begun, Begun(host, vms));
        var places = host.Services.GetRequiredService<Places>();
        await host.EventuallyAsync(() => places.Requests == 0, "no place taken");
        await ((Task)aborted).WaitAsync(TestSignal.Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.Equal(vms.Length, host.Records().Length);
    }

    [Fact]
    public async Task Nothing_more_is_sent_for_a_key_that_was_taken_away()
    {
        string[] vms = [.. Enumerable.Range(0, AtOnce + 1).Select(static i => $"vm{i:00}")];
        await using var host = await HungAsync(new GatewayHost(vms) { Time = new FakeTimeProvider() }.WithKey("gone", "operator"), vms);
        using var over = new End(host, vms);

        var bulk = host.BulkAsync("""{"action":"stop","vms":["*"]}""", Keys.As("gone"), ("Idempotency-Key", "k"));
        await host.EventuallyAsync(() => Begun(host, vms).Length == AtOnce, "32 commands");
        var begun = Begun(host, vms);
        host.Services.GetRequiredService<AccessRules>().Change(new SecurityOptions());
        foreach (var vm in begun)
        {
            await AnswerAsync(host, vm);
        }

        var left = Assert.Single(vms.Except(begun));
        Assert.Equal(vms.Select(vm => vm == left ? $"{vm} refused" : $"{vm} done"), (await bulk.WaitAsync(TestSignal.Patience)).Outcomes());
        Assert.Empty(host.Fake(left).Sent);
        Assert.Contains($"{left} stop forbidden unauthenticated", host.Records().Select(BulkRequests.Told));
    }

    // The clock stands, so that no command times out.
    private static async Task<GatewayHost> HungAsync(GatewayHost host, string[] vms)
    {
        await host.StartAsync();
        foreach (var vm in vms)
        {
            await host.ConnectedAsync(vm);
            host.Fake(vm).Hang("stop");
        }

        return host;
    }

    private static string[] Begun(GatewayHost host, string[] vms) => [.. vms.Where(vm => host.Fake(vm).Sent.Count > 0)];

    private static async Task AnswerAsync(GatewayHost host, string vm) => await host.Fake(vm).ReturnAsync(await host.Fake(vm).ReceivedAsync("stop"));

    // A test that fails leaves commands unanswered, and the gateway would wait for them: its clock stands.
    private sealed class End(GatewayHost host, string[] vms) : IDisposable
    {
        public void Dispose()
        {
            foreach (var vm in vms)
            {
                host.Fake(vm).Drop("stop");
                host.Fake(vm).HangUp();
            }
        }
    }
}
