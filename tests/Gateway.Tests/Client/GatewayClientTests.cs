using System.Text.Json;
using Gateway.Tests.Commands.Typed;
using Gateway.Tests.Security;
using Microsoft.Extensions.DependencyInjection;
using QmpGateway.Client;
using QmpGateway.Contracts;
using Xunit;

namespace Gateway.Tests.Client;

/// <summary>The typed client against the gateway itself: what it asks for, and what it makes of failures.</summary>
public sealed class GatewayClientTests
{
    [Fact]
    public async Task Every_route_has_its_method()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var client = Of(host);
        host.Fake("web1").Return("qom-list", "[1]");
        Assert.Equal("web1", Assert.Single((await client.ListVmsAsync(connection: "connected")).Items).Id);
        var vm = await client.GetVmAsync("web1");
        Assert.Equal("unix:/new", (await client.PutVmAsync("new", new PutVm { Endpoint = "unix:/new", Labels = new Dictionary<string, string> { ["a"] = "b" } })).Endpoint);
        Assert.Equal("new", Assert.Single((await client.ListVmsAsync(new Dictionary<string, string> { ["a"] = "b" })).Items).Id);
        await client.DeleteVmAsync("new");
        Assert.Equal(VmRunState.Running, (await client.GetStatusAsync("web1")).Status);
        Assert.Equal(VmRunState.Running, (await client.WaitForStatusAsync("web1", ["running"], TimeSpan.FromSeconds(5))).Status?.Status);
        Assert.Equal("pause", (await client.SetActionsAsync("web1", new VmActions { Panic = "pause" }, vm.Run)).Panic);
        Assert.Equal("none", (await client.SetWatchdogAsync("web1", "none")).Watchdog);
        Assert.Equal("pause", (await client.GetActionsAsync("web1")).Panic);
        Assert.Equal("STOP", (await client.StopAsync("web1", wait: TimeSpan.FromSeconds(5)))!.Event);
        Assert.Null(await client.StopAsync("web1", wait: TimeSpan.FromSeconds(5)));
        Assert.Null(await client.ContinueAsync("web1"));
        Assert.Equal("RESET", (await client.ResetAsync("web1", TimeSpan.FromSeconds(5)))!.Event);
        await client.PowerDownAsync("web1");
        await client.WakeUpAsync("web1");
        await client.InjectNmiAsync("web1");
        Assert.Equal("running", (await client.ExecuteQmpAsync("web1", new QmpRequest { Execute = "query-status" })).GetProperty("status").GetString());
        Assert.Contains((await client.ListCommandsAsync("web1")).Items, static command => command.Name == "qom-list");
        Assert.Equal(1, (await client.ExecuteAsync("web1", "qom-list", JsonElement.Parse("""{"path":"/"}""")))[0].GetInt32());
        Assert.Equal("STOP", Assert.Single((await client.ReadHistoryAsync(new Subscription { Events = ["STOP"], Vms = ["web*"], After = "start" })).Items).Event);
        Assert.Equal("qom-list", (await client.ReadAuditAsync(vm: "web1", limit: 1)).Items[0].Command);
        Assert.Equal("1", (await client.GetVersionAsync()).Contract);
        Assert.Equal("ok", (await client.GetHealthAsync()).Status);
        var bulk = await client.BulkAsync(new BulkRequest { Action = "reset", Vms = ["web*"], Wait = 5 });
        Assert.Equal(("web1", "done", "RESET"), (Assert.Single(bulk.Items).Vm, bulk.Items[0].Outcome, bulk.Items[0].Event!.Event));
        Assert.Equal(1, bulk.Summary["done"]);
        await client.QuitAsync("web1", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Many_VMs_have_an_outcome_each()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var client = Of(host);
        host.Fake("web1").Refuse("system_reset", "GenericError", "not now");
        var refused = Assert.Single((await client.BulkAsync(new BulkRequest { Action = "reset", Labels = new Dictionary<string, string>(), Vms = ["web1"] })).Items);
        Assert.Equal(("refused", "command-refused", "not now"), (refused.Outcome, refused.Problem!.Slug, refused.Problem.QmpError!.Desc));
        var set = await client.BulkAsync(new BulkRequest { Action = "actions", Vms = ["web1"], Actions = new VmActions { Panic = "pause" } });
        Assert.Equal("done", Assert.Single(set.Items).Outcome);
        Assert.Equal("pause", (await client.GetActionsAsync("web1")).Panic);
        var listed = await client.BulkAsync(new BulkRequest { Action = "quit", Vms = ["*"], DryRun = true });
        Assert.Equal(("web1", null, 0), (Assert.Single(listed.Items).Vm, listed.Items[0].Outcome, listed.Summary.Count));
        Assert.Equal(["vms"], (await Assert.ThrowsAsync<GatewayException>(() => client.BulkAsync(new BulkRequest { Action = "stop" }))).Problem.Errors!.Keys);
    }

    [Fact]
    public async Task A_failure_says_what_became_of_the_command()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var client = Of(host);
        host.Fake("web1").Refuse("system_reset", "GenericError", "not now");
        var refused = await Assert.ThrowsAsync<GatewayException>(() => client.ResetAsync("web1"));
        Assert.Equal(("command-refused", CommandOutcome.Refused, "not now", "web1"), (refused.Slug, refused.Outcome, refused.Problem.QmpError!.Desc, refused.Problem.Vm));
        var wrong = await Assert.ThrowsAsync<GatewayException>(() => client.ExecuteAsync("web1", "qom-list"));
        Assert.Equal(["is missing"], wrong.Problem.Errors!["path"]);
        Assert.Equal("run-changed", (await Assert.ThrowsAsync<GatewayException>(() => client.StopAsync("web1", ifRun: "another"))).Slug);
        Assert.Equal("vm-not-found", (await Assert.ThrowsAsync<GatewayException>(() => client.GetVmAsync("no/such"))).Slug);
        host.Fake("web1").Drop("stop");
        var unknown = await Assert.ThrowsAsync<GatewayException>(() => client.StopAsync("web1"));
        Assert.Equal(("outcome-unknown", CommandOutcome.Unknown), (unknown.Slug, unknown.Outcome));
        Assert.Single(host.Fake("web1").Sent, static command => command == "stop");
    }

    [Fact]
    public async Task A_write_whose_connection_broke_is_tried_again_and_done_once()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var breaking = new Breaking(host.Server.CreateHandler(), failures: 2);
        var client = new GatewayClient(new HttpClient(breaking) { BaseAddress = host.Client.BaseAddress }, new GatewayClientOptions());
        await client.ResetAsync("web1");
        Assert.Equal(3, breaking.Requests.Count);
        Assert.Single(breaking.Requests.Select(static request => request.Headers.GetValues("Idempotency-Key").Single()).Distinct());
        Assert.Equal("system_reset", Assert.Single(host.Fake("web1").Sent));
    }

    [Fact]
    public async Task Without_any_answer_the_outcome_of_a_write_is_unknown()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var client = new GatewayClient(new HttpClient(new Breaking(host.Server.CreateHandler(), failures: 100)) { BaseAddress = host.Client.BaseAddress }, new GatewayClientOptions { Retries = 1 });
        var unknown = await Assert.ThrowsAsync<GatewayException>(() => client.ResetAsync("web1"));
        Assert.Equal(("outcome-unknown", CommandOutcome.Unknown), (unknown.Slug, unknown.Outcome));
        Assert.IsType<HttpRequestException>(unknown.InnerException);
    }

    [Fact]
    public async Task A_refused_connection_means_that_nothing_was_sent()
    {
        var client = new GatewayClient(new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1") }, new GatewayClientOptions { Retries = 1 });
        foreach (var request in (Func<Task>[])[() => client.ResetAsync("web1"), () => client.DeleteVmAsync("web1"), () => client.GetVmAsync("web1")])
        {
            var failure = await Assert.ThrowsAsync<GatewayException>(request);
            Assert.Equal(("gateway-unreachable", CommandOutcome.NotSent), (failure.Slug, failure.Outcome));
        }
    }

    [Fact]
    public async Task A_refused_connection_says_nothing_of_an_earlier_attempt()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var breaking = new Breaking(host.Server.CreateHandler(), failures: 1) { Refuses = true };
        var client = new GatewayClient(new HttpClient(breaking) { BaseAddress = host.Client.BaseAddress }, new GatewayClientOptions { Retries = 1 });
        var failure = await Assert.ThrowsAsync<GatewayException>(() => client.ResetAsync("web1"));
        Assert.Equal(("outcome-unknown", CommandOutcome.Unknown), (failure.Slug, failure.Outcome));
        Assert.Equal(2, breaking.Requests.Count);
        Assert.Equal("system_reset", Assert.Single(host.Fake("web1").Sent));
    }

    [Theory]
    [InlineData("http://gateway", "/vms/web1")]
    [InlineData("http://gateway/", "/vms/web1")]
    [InlineData("http://gateway/qmp", "/qmp/vms/web1")]
    [InlineData("http://gateway/a/qmp/", "/a/qmp/vms/web1")]
    public async Task The_base_address_may_have_a_path(string address, string expected)
    {
        var recording = new Recording();
        foreach (var client in (GatewayClient[])[
            new(new HttpClient(recording), new GatewayClientOptions { BaseAddress = new Uri(address), Retries = 0 }),
            new(new HttpClient(recording) { BaseAddress = new Uri(address) }, new GatewayClientOptions { Retries = 0 }),
            new(new HttpClient(recording) { BaseAddress = new Uri("http://another") }, new GatewayClientOptions { BaseAddress = new Uri(address), Retries = 0 })])
        {
            await Assert.ThrowsAsync<GatewayException>(() => client.GetVmAsync("web1"));
            await Assert.ThrowsAsync<GatewayException>(async () => await client.ReadEventsAsync(cancellationToken: TestContext.Current.CancellationToken).GetAsyncEnumerator().MoveNextAsync());
            Assert.Equal([$"http://gateway{expected}", $"http://gateway{expected.Replace("vms/web1", "events", StringComparison.Ordinal)}"], recording.Requests);
            recording.Requests.Clear();
        }
    }

    [Fact]
    public void A_client_without_an_address_is_refused()
    {
        Assert.Throws<ArgumentException>(static () => new GatewayClient(new HttpClient(), new GatewayClientOptions()));
        Assert.Throws<ArgumentException>(static () => new GatewayClient(new HttpClient(), new GatewayClientOptions { BaseAddress = new Uri("/qmp", UriKind.Relative) }));
    }

    [Fact]
    public async Task History_is_read_newest_first_of_some_time_and_of_labelled_VMs()
    {
        await using var host = await SampleQemu.ConnectedAsync();
        var client = Of(host);
        await client.StopAsync("web1", TimeSpan.FromSeconds(5));
        await client.ContinueAsync("web1", TimeSpan.FromSeconds(5));
        var filter = new Subscription { Events = ["STOP", "RESU*"] };
        var all = (await client.ReadHistoryAsync(filter)).Items;
        Assert.Equal(["STOP", "RESUME"], all.Select(static one => one.Event));
        var newest = await client.ReadHistoryAsync(filter, limit: 1, newestFirst: true);
        Assert.Equal("RESUME", Assert.Single(newest.Items).Event);
        Assert.Equal("STOP", Assert.Single((await client.ReadHistoryAsync(filter with { After = newest.Next }, newestFirst: true)).Items).Event);
        Assert.Equal("STOP", Assert.Single((await client.ReadHistoryAsync(filter, since: all[0].ReceivedAt, until: all[1].ReceivedAt)).Items).Event);
        Assert.Empty((await client.ReadHistoryAsync(filter with { Labels = new Dictionary<string, string> { ["rack"] = "a" } })).Items);
    }

    [Fact]
    public async Task The_credential_is_asked_anew_once_after_it_was_refused()
    {
        await using var host = new GatewayHost("web1").WithKey("ops", "admin");
        await host.StartAsync();
        var asked = 0;
        var client = new GatewayClient(host.Client, new GatewayClientOptions { Credential = _ => ValueTask.FromResult<string?>(asked++ == 0 ? "old" : Keys.Of("ops")) });
        await client.ListVmsAsync();
        Assert.Equal(2, asked);
        var stranger = new GatewayClient(host.Client, new GatewayClientOptions { Credential = static _ => ValueTask.FromResult<string?>("nobody's") });
        Assert.Equal("unauthenticated", (await Assert.ThrowsAsync<GatewayException>(() => stranger.ListVmsAsync())).Slug);
    }

    [Fact]
    public async Task It_is_had_by_dependency_injection()
    {
        var services = new ServiceCollection();
        services.AddQmpGatewayClient(static gateway => gateway.BaseAddress = new Uri("http://127.0.0.1:1"));
        await using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<GatewayClient>());
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddQmpGatewayClient(static _ => { }));
    }

    internal static GatewayClient Of(GatewayHost host) => new(host.Client, new GatewayClientOptions());

    /// <summary>Loses the answers to the first requests, which are done all the same.</summary>
    internal sealed class Breaking(HttpMessageHandler inner, int failures) : DelegatingHandler(inner)
    {
        public List<HttpRequestMessage> Requests { get; } = [];

        /// <summary>Whether no connection is had after that.</summary>
        public bool Refuses { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            if (Refuses && Requests.Count > failures)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, "connection refused");
            }

            var answer = await base.SendAsync(request, cancellationToken);
            return Requests.Count <= failures ? throw new HttpRequestException("the connection broke") : answer;
        }
    }

    /// <summary>Finds nothing, and notes what it was asked for.</summary>
    private sealed class Recording : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request.RequestUri!.ToString());
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NotFound) { RequestMessage = request });
        }
    }
}
