using System.Net.Sockets;
using System.Text.Json;
using Gateway.Vms;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Tests.Vms;

public sealed class ConnectionStateTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_connection_has_no_reason_and_no_attempts()
    {
        await using var host = await GatewayHost.ConnectedAsync("web1");
        var vm = (await host.GetAsync("/vms/web1")).Ok();
        var connection = vm.GetProperty("connection");
        Assert.Equal("connected", connection.GetProperty("state").GetString());
        Assert.Equal("null", connection.GetProperty("reason").GetRawText());
        Assert.Equal(0, connection.GetProperty("attempts").GetInt32());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", connection.GetProperty("since").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", connection.GetProperty("lastMessageAt").GetString());
        Assert.Equal("""{"version":"7.2.22","package":"Fake 1:7.2"}""", vm.GetProperty("qemu").GetRawText());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(FakeVm.Running), vm.GetProperty("status")));
        Assert.Equal("configuration", vm.GetProperty("source").GetString());
    }

    [Fact]
    public async Task Silence_is_connecting_at_first_and_busy_after_a_while_over_all_attempts()
    {
        await using var host = Host(Reception.Silent);
        await host.StartAsync();
        await host.Fake("web1").DialledAsync(1);
        AssertIs(host, ConnectionState.Connecting, null, attempts: 1);
        Assert.Equal("null", (await host.GetAsync("/vms/web1")).Ok().GetProperty("connection").GetProperty("lastMessageAt").GetRawText());
        await host.EventuallyAsync(() => State(host) == ConnectionState.Busy, "busy", Second);
        AssertIs(host, ConnectionState.Busy, "another client holds the monitor", attempts: 1);
        var since = host.Snapshot("web1").Connection.Since;
        await host.EventuallyAsync(() => host.Fake("web1").Dials == 3, "a third attempt", Second);
        AssertIs(host, ConnectionState.Busy, "another client holds the monitor", attempts: 3);
        Assert.Equal(since, host.Snapshot("web1").Connection.Since);
    }

    [Theory]
    [InlineData(SocketError.ConnectionRefused, ConnectionState.NoSocket, "connection refused")]
    [InlineData(SocketError.HostUnreachable, ConnectionState.NoSocket, "host unreachable")]
    [InlineData(SocketError.AccessDenied, ConnectionState.NoSocket, "permission denied")]
    [InlineData(SocketError.TryAgain, ConnectionState.NoSocket, "the host name cannot be resolved at present")]
    [InlineData(SocketError.WouldBlock, ConnectionState.Busy, "another client holds the monitor")]
    public async Task What_dialling_meets_is_told_in_plain_words(SocketError error, ConnectionState state, string reason)
    {
        await using var host = Host(Reception.Normal);
        host.Fake("web1").DialFailure = new SocketException((int)error);
        await host.StartAsync();
        await host.EventuallyAsync(() => State(host) != ConnectionState.Connecting, "an end of the first attempt");
        AssertIs(host, state, reason, attempts: 1);
        var since = host.Snapshot("web1").Connection.Since;
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.Attempts >= 4, "attempts", Second);
        Assert.Equal(since, host.Snapshot("web1").Connection.Since);
        Assert.Equal(state, State(host));
    }

    [Fact]
    public async Task A_greeting_without_negotiation_is_stuck()
    {
        await using var host = Host(Reception.Stuck);
        await host.StartAsync();
        await host.EventuallyAsync(() => State(host) == ConnectionState.Stuck, "stuck", Second);
        AssertIs(host, ConnectionState.Stuck, "main loop does not run", attempts: 1);
        await host.EventuallyAsync(() => host.Snapshot("web1").Connection.Attempts == 2, "a second attempt", Second);
        AssertIs(host, ConnectionState.Stuck, "main loop does not run", attempts: 2);
    }

    [Theory]
    [InlineData(Reception.Garbage, "SSH-2.0-OpenSSH_9.2")]
    [InlineData(Reception.HangingUp, "no greeting")]
    [InlineData(Reception.Refusing, "Capability 'oob' is out of fashion")]
    public async Task What_does_not_speak_QMP_is_told_as_such(Reception reception, string reason)
    {
        await using var host = Host(reception);
        await host.StartAsync();
        await host.EventuallyAsync(() => State(host) == ConnectionState.NotQmp, "not-qmp");
        AssertIs(host, ConnectionState.NotQmp, reason, attempts: 1);
    }

    [Fact]
    public async Task After_a_loss_it_is_disconnected_until_an_attempt_finds_more()
    {
        await using var host = Host(Reception.Normal);
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        host.Time!.Advance(TimeSpan.FromMinutes(1));
        var lost = host.Time.GetUtcNow();
        host.Fake("web1").Reception = Reception.Silent;
        host.Fake("web1").HangUp();
        await host.Fake("web1").DialledAsync(2);
        AssertIs(host, ConnectionState.Disconnected, "QEMU closed the connection", attempts: 1);
        Assert.Equal(lost, host.Snapshot("web1").Connection.Since);
        Assert.Contains("QEMU closed the connection", (await host.EventAsync("web1", "VM_DISCONNECTED")).GetProperty("data").GetProperty("reason").GetString());
        await host.EventuallyAsync(() => State(host) == ConnectionState.Busy, "busy", Second);
        host.Fake("web1").Reception = Reception.Normal;
        await host.EventuallyAsync(() => State(host) == ConnectionState.Connected, "connected", Second);
        AssertIs(host, ConnectionState.Connected, null, attempts: 0);
    }

    [Fact]
    public async Task A_client_that_a_dying_QEMU_still_takes_does_not_make_it_something_else_than_QMP()
    {
        await using var host = await LostAsync(Reception.HangingUp);
        host.Fake("web1").IsListening = false;
        var seen = new HashSet<ConnectionState>();
        await host.EventuallyAsync(
            () => (seen.Add(State(host)), State(host) == ConnectionState.NoSocket).Item2, "no-socket", TimeSpan.FromMilliseconds(1));
        Assert.Equal([ConnectionState.NoSocket, ConnectionState.Disconnected], seen.Order());
    }

    [Fact]
    public async Task A_busy_QEMU_that_dies_hangs_up_on_who_waits_and_is_still_no_other_thing_than_QMP()
    {
        await using var host = Host(Reception.Silent);
        await host.StartAsync();
        await host.EventuallyAsync(() => State(host) == ConnectionState.Busy, "busy", Second);
        host.Fake("web1").IsListening = false;
        host.Fake("web1").HangUp();
        await host.EventuallyAsync(() => State(host) == ConnectionState.NoSocket, "no-socket", TimeSpan.FromMilliseconds(100));
        var told = await host.EventsAsync("web1", "VM_CONNECTION_CHANGED");
        Assert.Equal(["busy", "no-socket"], told.Select(static entry => entry.GetProperty("data").Text("state")));
    }

    [Fact]
    public async Task What_hangs_up_on_one_client_after_the_other_in_a_QEMUs_place_is_none()
    {
        await using var host = await LostAsync(Reception.HangingUp);
        await host.EventuallyAsync(() => State(host) == ConnectionState.NotQmp, "not-qmp", TimeSpan.FromMilliseconds(1));
        Assert.InRange(host.Snapshot("web1").Connection.Attempts, 2, 3);
        Assert.NotNull(host.Snapshot("web1").Status);
    }

    [Fact]
    public async Task A_monitor_that_hangs_up_on_every_client_is_not_dialled_without_a_pause()
    {
        await using var host = Host(Reception.Normal);
        var vm = host.Fake("web1");
        vm.Drop("query-status");
        await host.StartAsync();
        await host.EventAsync("web1", "VM_DISCONNECTED");
        Assert.Equal(1, vm.Dials);
        await host.EventuallyAsync(() => vm.Dials == 2, "a second attempt", TimeSpan.FromMilliseconds(100));
        Assert.InRange(host.Time!.GetUtcNow() - host.Time.Start, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Each_change_of_the_state_is_an_event_except_for_connecting()
    {
        await using var host = Host(Reception.Silent);
        await host.StartAsync();
        await host.EventuallyAsync(() => State(host) == ConnectionState.Busy, "busy", Second);
        host.Fake("web1").IsListening = false;
        await host.EventuallyAsync(() => State(host) == ConnectionState.NoSocket, "no-socket", Second);
        host.Fake("web1").Reception = Reception.Normal;
        host.Fake("web1").IsListening = true;
        await host.EventuallyAsync(() => State(host) == ConnectionState.Connected, "connected", Second);
        host.Fake("web1").IsListening = false;
        host.Fake("web1").HangUp();
        await host.EventuallyAsync(() => State(host) == ConnectionState.NoSocket, "no-socket", Second);
        var told = await host.EventsAsync("web1", "VM_CONNECTION_CHANGED", "VM_CONNECTED", "VM_DISCONNECTED");
        Assert.Equal(
            ["connecting>busy", "busy>no-socket", "VM_CONNECTED", "VM_DISCONNECTED", "disconnected>no-socket"],
            told.Select(static entry => entry.Text("event") == "VM_CONNECTION_CHANGED"
                ? $"{entry.GetProperty("data").Text("previous")}>{entry.GetProperty("data").Text("state")}"
                : entry.Text("event")));
        Assert.Equal(host.Snapshot("web1").Connection.Reason, told[^1].GetProperty("data").Text("reason"));
    }

    /// <summary>A VM that was connected for a while and lost, and whose place something has taken that was dialled once.</summary>
    private static async Task<GatewayHost> LostAsync(Reception successor)
    {
        var host = Host(Reception.Normal);
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        host.Time!.Advance(TimeSpan.FromMinutes(1));
        host.Fake("web1").Reception = successor;
        host.Fake("web1").HangUp();
        await host.Fake("web1").DialledAsync(2);
        return host;
    }

    private static GatewayHost Host(Reception reception)
    {
        var host = new GatewayHost("web1") { Time = new FakeTimeProvider() };
        host.Fake("web1").Reception = reception;
        return host;
    }

    private static ConnectionState State(GatewayHost host) => host.Snapshot("web1").Connection.State;

    private static void AssertIs(GatewayHost host, ConnectionState state, string? reason, int attempts)
    {
        var connection = host.Snapshot("web1").Connection;
        Assert.Equal((state, attempts), (connection.State, connection.Attempts));
        if (reason is null)
        {
            Assert.Null(connection.Reason);
        }
        else
        {
            Assert.Contains(reason, connection.Reason);
        }
    }
}
