using Gateway.Tests.Security;
using Xunit;

namespace Gateway.Tests.Limits;

/// <summary>So many idempotency keys are kept; a request with one more is not run.</summary>
public sealed class IdempotencyLimitTests
{
    [Fact]
    public async Task A_request_with_a_key_too_many_is_not_run()
    {
        await using var host = new GatewayHost("a").WithKey("ci", "operator").WithKey("other", "operator").Set("Gateway:Limits:IdempotencyKeys", "4");
        await host.StartAsync();
        await host.ConnectedAsync("a");
        for (var i = 0; i < 2; i++)
        {
            (await ResetAsync("ci", $"k{i}")).NoContent();
        }

        var refused = await ResetAsync("ci", "k2");
        Assert.Contains("(Gateway:Limits:IdempotencyKeys = 4)", refused.Problem("rate-limited", "/vms/a/reset", ("vm", "a"), ("outcome", "not-sent")).Text("detail"));
        Assert.Equal("1", refused.Header("Retry-After"));
        Assert.Equal(2, host.Fake("a").Sent.Count);
        Assert.Equal("true", (await ResetAsync("ci", "k0")).Header("Idempotency-Replayed"));
        (await ResetAsync("other", "k0")).NoContent();
        (await host.PostAsync("/vms/a/reset", null, Keys.As("ci"))).NoContent();

        Task<Answer> ResetAsync(string who, string key) => host.PostAsync("/vms/a/reset", null, Keys.As(who), ("Idempotency-Key", key));
    }
}
