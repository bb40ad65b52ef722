using System.Text.Json;
using Gateway.Vms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Api;

public sealed class StatusWaitTests
{
    [Fact]
    public async Task A_state_that_is_there_already_is_answered_at_once_and_fresh()
    {
        await using var host = await StandingStillAsync();
        host.Fake("web1").Status = FakeVm.Paused;
        Assert.Equal(FakeVm.Paused, (await host.GetAsync("/vms/web1/status?until=paused")).Text);
    }

    [Fact]
    public async Task A_state_that_comes_later_is_answered_when_it_comes()
    {
        await using var host = await StandingStillAsync();
        var waiting = await WaitAsync(host, "until=guest-panicked&timeout=300");
        await host.Fake("web1").BecomeAsync("guest-panicked", "GUEST_PANICKED");
        var answer = await host.AdvanceUntilAsync(waiting, TimeSpan.FromMilliseconds(20));
        answer.Ok();
        Assert.Equal(FakeVm.StatusOf("guest-panicked"), answer.Text);
    }

    [Fact]
    public async Task Any_of_several_states_will_do()
    {
        await using var host = await StandingStillAsync();
        var waiting = await WaitAsync(host, "until=shutdown&until=paused");
        await host.Fake("web1").BecomeAsync("paused", "STOP");
        Assert.Equal("paused", (await host.AdvanceUntilAsync(waiting, TimeSpan.FromMilliseconds(20))).Ok().Text("status"));
    }

    [Fact]
    public async Task It_outlives_a_disconnect()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var waiting = await WaitAsync(host, "until=prelaunch");
        host.Fake("web1").Status = FakeVm.StatusOf("prelaunch");
        host.Fake("web1").Peer = "another process";
        host.Fake("web1").HangUp();
        Assert.Equal("prelaunch", (await waiting).Ok().Text("status"));
    }

    [Fact]
    public async Task The_same_state_after_a_disconnect_counts_too()
    {
        await using var host = new GatewayHost("web1");
        var vm = host.Fake("web1");
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        await host.EventAsync("web1", "VM_STATUS_CHANGED");
        vm.IsListening = false;
        vm.HangUp();
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.State == ConnectionState.NoSocket, "no-socket");
        var waiting = host.GetAsync("/vms/web1/status?until=running");
        vm.IsListening = true;
        (await waiting).Ok();
    }

    [Fact]
    public async Task A_VM_that_is_not_there_yet_is_waited_for()
    {
        await using var host = new GatewayHost("web1");
        host.Fake("web1").IsListening = false;
        await host.StartAsync();
        var waiting = host.GetAsync("/vms/web1/status?until=running");
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.Attempts > 1, "attempts");
        host.Fake("web1").IsListening = true;
        (await waiting).Ok();
    }

    [Fact]
    public async Task A_state_that_a_hung_QEMU_was_in_all_along_is_answered_when_it_goes_on()
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        host.Fake("web1").Hang("query-status");
        var waiting = host.GetAsync("/vms/web1/status?until=running&timeout=300");
        await host.Fake("web1").ReceivedAsync("query-status", 2);
        host.Time!.Advance(TimeSpan.FromSeconds(10));
        var question = await host.Fake("web1").ReceivedAsync("query-status", 3);
        host.Fake("web1").Behave("query-status");
        await host.Fake("web1").ReturnAsync(question, FakeVm.Running);
        Assert.Equal(FakeVm.Running, (await waiting).Text);
    }

    [Fact]
    public async Task A_disconnect_at_the_very_question_is_outlived_too()
    {
        await using var host = await StandingStillAsync();
        var vm = host.Fake("web1");
        vm.Drop("query-status");
        var waiting = await WaitAsync(host, "until=paused&timeout=300");
        vm.Behave("query-status");
        vm.Status = FakeVm.Paused;
        Assert.Equal("paused", (await host.AdvanceUntilAsync(waiting, TimeSpan.FromMilliseconds(20))).Ok().Text("status"));
    }

    [Theory]
    [InlineData("until=paused", 30)]
    [InlineData("until=paused&timeout=300", 300)]
    [InlineData("until=paused&timeout=1", 1)]
    public async Task A_state_that_does_not_come_is_told_in_time_with_the_last_status(string query, int seconds)
    {
        await using var host = await StandingStillAsync();
        var waiting = await WaitAsync(host, query);
        var began = host.Time!.GetUtcNow();
        var problem = (await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(0.5))).Problem(
            "wait-timed-out", "/vms/web1/status", ("vm", "web1"), ("currentStatus", null));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(FakeVm.Running), problem.GetProperty("currentStatus")));
        Assert.InRange(host.Time.GetUtcNow() - began, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds * 1.5));
    }

    [Fact]
    public async Task Without_any_known_status_there_is_no_last_one()
    {
        await using var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        host.Fake("web1").IsListening = false;
        await host.StartAsync();
        var waiting = host.GetAsync("/vms/web1/status?until=paused&timeout=1");
        (await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(0.2))).Problem("wait-timed-out", "/vms/web1/status", ("vm", "web1"));
    }

    [Fact]
    public async Task A_VM_that_is_forgotten_meanwhile_is_not_found()
    {
        await using var host = new GatewayHost { Time = new FakeTimeProvider() };
        await host.StartAsync();
        (await host.PutAsync("/vms/web1", """{"endpoint":"unix:/fake/web1"}""")).Ok(201);
        await host.ConnectedAsync("web1");
        var waiting = await WaitAsync(host, "until=paused");
        (await host.SendAsync("DELETE", "/vms/web1")).NoContent();
        (await waiting).Problem("vm-not-found", "/vms/web1/status", ("vm", "web1"));
    }

    [Theory]
    [InlineData("until=Running", "until")]
    [InlineData("until=", "until")]
    [InlineData("until=paused&until=foo", "until")]
    [InlineData("until=paused&timeout=0", "timeout")]
    [InlineData("until=paused&timeout=301", "timeout")]
    [InlineData("timeout=5", "timeout")]
    public async Task A_wait_that_is_none_is_refused_and_QEMU_not_asked(string query, string field)
    {
        await using var host = await StandingStillAsync();
        var before = Asked();
        (await host.GetAsync($"/vms/web1/status?{query}")).Invalid("/vms/web1/status", "web1", field);
        Assert.Equal(before, Asked());

        int Asked() => host.Fake("web1").Received.Count(static command => command.Name == "query-status");
    }

    private static async Task<GatewayHost> StandingStillAsync()
    {
        var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        return host;
    }

    /// <summary>Begins a wait; it has asked once, in vain, when this returns.</summary>
    private static async Task<Task<Answer>> WaitAsync(GatewayHost host, string query)
    {
        var asked = host.Fake("web1").Received.Count(static command => command.Name == "query-status");
        var waiting = host.GetAsync($"/vms/web1/status?{query}");
        await host.Fake("web1").ReceivedAsync("query-status", asked + 1);
        return waiting;
    }
}
