using Gateway.Vms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class EndWaitTests
{
    [Fact]
    public async Task The_end_of_a_run_is_waited_for_and_answered_as_the_VM_shows_it()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var waiting = host.GetAsync("/vms/web1/status?until=ended");
        End(host);
        var answer = (await waiting).Ok();
        Assert.Equal((await host.GetAsync("/vms/web1")).Ok().GetProperty("ended").GetRawText(), answer.GetProperty("ended").GetRawText());
        Assert.Equal(answer.GetRawText(), (await host.GetAsync("/vms/web1/status?until=ended&until=paused")).Ok().GetRawText());
    }

    [Fact]
    public async Task An_end_that_is_no_longer_so_is_not_answered()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        End(host);
        await host.EventAsync("web1", "VM_ENDED");
        host.Fake("web1").IsListening = true;
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.Connected, "connected");
        (await host.GetAsync("/vms/web1/status?until=ended&timeout=1")).Problem(
            "wait-timed-out", "/vms/web1/status", ("vm", "web1"), ("currentStatus", null));
    }

    [Fact]
    public async Task With_If_Match_it_is_the_end_of_that_run()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var run = $"\"{host.Snapshot("web1").Run}\"";
        var waiting = host.GetAsync("/vms/web1/status?until=ended", ("If-Match", run));
        host.Fake("web1").Peer = "another process";
        host.Fake("web1").HangUp();
        var answer = (await waiting).Ok();

        await host.EventuallyAsync(() => host.Snapshot("web1").EndedBefore is not null, "the new run");
        Assert.Equal(answer.GetRawText(), (await host.GetAsync("/vms/web1/status?until=ended", ("If-Match", run))).Ok().GetRawText());
        (await host.GetAsync("/vms/web1/status?until=ended", ("If-Match", "\"0123456789abcdef\""))).Problem("run-changed", "/vms/web1/status", ("vm", "web1"), ("outcome", "not-sent"));
    }

    [Fact]
    public async Task A_wait_for_a_status_goes_on_when_the_run_ends_and_then_tells_no_last_status()
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        var waiting = host.GetAsync("/vms/web1/status?until=paused&timeout=300");
        End(host);
        await host.AdvanceUntilAsync(host.EventAsync("web1", "VM_ENDED"), TimeSpan.FromMilliseconds(10));
        Assert.False(waiting.IsCompleted);
        (await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(10))).Problem("wait-timed-out", "/vms/web1/status", ("vm", "web1"));
    }

    private static void End(GatewayHost host)
    {
        host.Fake("web1").IsListening = false;
        host.Fake("web1").HangUp();
    }
}
