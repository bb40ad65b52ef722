using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>A request with an idempotency key that is under way when the gateway is killed is never run a second time.</summary>
public sealed class KilledRequestTests
{
    [Fact]
    public async Task A_retry_is_told_that_the_outcome_is_unknown_and_QEMU_sees_one_command()
    {
        await using var qemu = new AnsweringQemu { Unanswered = "system_reset" };
        await using var gateway = await RealGateway.StartAsync(RealGateway.Vm("x", qemu.Endpoint));
        (await gateway.GetAsync("/vms/x/status?until=running")).Json();
        var first = ResetAsync(gateway, "k1");
        await Poll.UntilAsync(() => Task.FromResult(Resets(qemu)), "1");

        await gateway.KillAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => first);
        qemu.Unanswered = null;
        await gateway.RestartAsync();
        (await gateway.GetAsync("/vms/x/status?until=running")).Json();
        for (var retry = 0; retry < 3; retry++)
        {
            var answer = await ResetAsync(gateway, "k1");
            Assert.Equal("unknown", answer.Problem(502, "outcome-unknown").GetProperty("outcome").GetString());
        }

        Assert.Equal("1", Resets(qemu));
        (await ResetAsync(gateway, "k2")).NoContent();
        Assert.Equal("2", Resets(qemu));
    }

    private static string Resets(AnsweringQemu qemu) => qemu.AllCommands.Count(static command => command == "system_reset").ToString();

    private static Task<Answer> ResetAsync(RealGateway gateway, string key) => gateway.PostAsync("/vms/x/reset", key: key);
}
