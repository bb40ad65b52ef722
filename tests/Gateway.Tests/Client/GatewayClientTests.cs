using System.Text.Json;
using Gateway.Client;
using Gateway.Contracts;
using Gateway.Tests.Commands.Typed;
using Gateway.Tests.Security;
using Microsoft.Extensions.DependencyInjection;
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
        Assert.Equal("running", (await client.GetStatusAsync("web1")).GetProperty("status").GetString());
        Assert.Equal("running", (await client.WaitForStatusAsync("web1", ["running"], TimeSpan.FromSeconds(5))).GetProperty("status").GetString());
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
        await client.QuitAsync("web1", TimeSpan.FromSeconds(5));
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

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request);
            var answer = await base.SendAsync(request, cancellationToken);
            return Requests.Count <= failures ? throw new HttpRequestException("the connection broke") : answer;
        }
    }
}
