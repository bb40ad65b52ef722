using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Api;

/// <summary>A command that only reads has no effect that anybody could be left in doubt about.</summary>
public sealed class ReadOutcomeTests
{
    [Theory]
    [InlineData("GET", "/vms/web1/status", null, "query-status")]
    [InlineData("POST", "/vms/web1/qmp", """{"execute":"query-name"}""", "query-name")]
    public async Task One_that_was_not_answered_in_time_has_no_outcome(string method, string path, string? body, string command)
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider(DateTimeOffset.UtcNow) };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        host.Fake("web1").Hang(command);
        var answer = await host.AdvanceUntilAsync(host.SendAsync(method, path, body), TimeSpan.FromMilliseconds(100));
        var problem = answer.Problem("timed-out", path, ("vm", "web1"), ("command", command));
        Assert.Equal($"QEMU did not answer '{command}' within 10 s.", problem.Text("detail"));
    }

    [Theory]
    [InlineData("GET", "/vms/web1/status", null, "query-status")]
    [InlineData("POST", "/vms/web1/qmp", """{"execute":"query-name"}""", "query-name")]
    public async Task One_whose_connection_broke_has_no_outcome(string method, string path, string? body, string command)
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        host.Fake("web1").Drop(command);
        var problem = (await host.SendAsync(method, path, body)).Problem("outcome-unknown", path, ("vm", "web1"), ("command", command));
        Assert.DoesNotContain("effect", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_not_sent_says_so()
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider(DateTimeOffset.UtcNow) };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        host.Fake("web1").Hang("query-name");
        for (var i = 0; i < 8; i++)
        {
            _ = host.PostAsync("/vms/web1/qmp?timeout=300", """{"execute":"query-name"}""");
        }

        await host.Fake("web1").ReceivedAsync("query-name", 8);
        var answer = await host.AdvanceUntilAsync(host.PostAsync("/vms/web1/qmp", """{"execute":"query-uuid"}"""), TimeSpan.FromMilliseconds(100));
        answer.Problem("timed-out", "/vms/web1/qmp", ("vm", "web1"), ("command", "query-uuid"), ("outcome", "not-sent"));
    }
}
