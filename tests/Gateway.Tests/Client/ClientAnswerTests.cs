using System.Net;
using QmpGateway.Client;
using QmpGateway.Contracts;
using Xunit;

namespace Gateway.Tests.Client;

/// <summary>What the client sends with each request, and how it reads answers about a status.</summary>
public sealed class ClientAnswerTests
{
    [Fact]
    public async Task A_wait_ends_with_a_status()
    {
        var reached = await Of(new Fixed("""{"status":"paused","running":false}""")).WaitForStatusAsync("web1", ["paused"], TimeSpan.FromSeconds(1));
        Assert.Equal(new ReachedStatus(new VmStatus { Running = false, Status = VmRunState.Paused }, null), reached);
    }

    [Fact]
    public async Task A_wait_ends_with_the_end_of_the_run()
    {
        var reached = await Of(new Fixed("""{"ended":{"at":"2026-11-24T03:53:00.123456Z","reason":"guest-shutdown","guest":true,"cause":null}}"""))
            .WaitForStatusAsync("web1", ["ended"], TimeSpan.FromSeconds(1));
        Assert.Null(reached.Status);
        Assert.Equal(("guest-shutdown", true), (reached.Ended!.Reason, reached.Ended.Guest));
    }

    [Fact]
    public async Task A_problem_has_the_last_status()
    {
        var fixedAnswer = new Fixed("""{"type":"urn:qmp-gateway:wait-timed-out","title":"t","status":504,"currentStatus":{"status":"prelaunch","running":false}}""", HttpStatusCode.GatewayTimeout);
        var failure = await Assert.ThrowsAsync<GatewayException>(() => Of(fixedAnswer).WaitForStatusAsync("web1", ["running"], TimeSpan.FromSeconds(1)));
        Assert.Equal(VmRunState.Prelaunch, failure.Problem.CurrentStatus!.Status);
    }

    [Fact]
    public async Task Requests_carry_the_clients_version()
    {
        var answers = new Fixed("""{"status":"paused","running":false}""");
        await Of(answers).GetStatusAsync("web1");
        var version = typeof(GatewayClient).Assembly.GetName().Version!.ToString(3);
        Assert.Equal($"QmpGateway.Client/{version}", answers.UserAgent);
    }

    [Fact]
    public async Task The_callers_own_user_agent_is_kept()
    {
        var answers = new Fixed("""{"status":"paused","running":false}""");
        using var http = new HttpClient(answers) { BaseAddress = new Uri("http://gateway.test") };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("mine/1.0");
        await new GatewayClient(http, new GatewayClientOptions()).GetStatusAsync("web1");
        Assert.Equal("mine/1.0", answers.UserAgent);
    }

    private static GatewayClient Of(HttpMessageHandler answers) => new(new HttpClient(answers), new GatewayClientOptions { BaseAddress = new Uri("http://gateway.test") });

    private sealed class Fixed(string body, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
    {
        public string? UserAgent { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            UserAgent = request.Headers.UserAgent.ToString();
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });
        }
    }
}
