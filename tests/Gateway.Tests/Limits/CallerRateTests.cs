using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>One caller's loop is not all callers' wait.</summary>
public sealed class CallerRateTests
{
    [Fact]
    public async Task A_caller_may_send_so_many_requests_a_second_and_others_theirs()
    {
        await using var host = new GatewayHost("web1").WithKey("loop", "admin").WithKey("other", "admin").Set("Gateway:Limits:RequestsPerCallerPerSecond", "3");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        Answer answer;
        var sent = 0;
        do
        {
            answer = await host.PostAsync("/vms/web1/nmi", null, Keys.As("loop"));
            sent++;
        }
        while (answer.Status == 204 && sent < 1000);

        Assert.True(sent > 3, $"{sent}");
        var problem = answer.Problem("rate-limited", "/vms/web1/nmi", ("vm", null), ("outcome", "not-sent"));
        Assert.Contains("RequestsPerCallerPerSecond = 3", problem.Text("detail"));
        Assert.Equal("1", answer.Header("Retry-After"));
        Assert.Equal(sent - 1, host.Fake("web1").Sent.Count);
        (await host.GetAsync("/vms", Keys.As("other"))).Ok();
        Assert.Equal(200, (await host.GetAsync("/health/live")).Status);
    }
}
