using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using TestSupport;
using Xunit;

namespace QmpGateway.Qmp.Tests;

public class QmpClientConnectFailureTests
{
    private readonly FakeQemu fake = FakeQemu.InMemory();
    private readonly FakeTimeProvider time = new();
    private readonly CancellationTokenSource cancellation = new();

    [Theory]
    [InlineData(SocketError.ConnectionRefused, QmpConnectFailure.NothingThere, "connection refused")]
    [InlineData(SocketError.HostNotFound, QmpConnectFailure.NothingThere, "unknown host name")]
    [InlineData(SocketError.AddressNotAvailable, QmpConnectFailure.NothingThere, "Cannot assign requested address")]
    [InlineData(SocketError.AccessDenied, QmpConnectFailure.NotPermitted, "permission denied")]
    [InlineData(SocketError.WouldBlock, QmpConnectFailure.NoGreeting, "too many clients are waiting: another client holds the monitor, or QEMU is stopped")]
    [InlineData(SocketError.TryAgain, QmpConnectFailure.NothingThere, "the host name cannot be resolved at present")]
    [InlineData(SocketError.HostUnreachable, QmpConnectFailure.NothingThere, "host unreachable")]
    [InlineData(SocketError.TimedOut, QmpConnectFailure.NothingThere, "no answer from the host")]
    public async Task A_socket_that_refuses_is_told_apart_from_one_that_is_busy(SocketError error, QmpConnectFailure failure, string reason)
    {
        fake.DialFailure = new SocketException((int)error);

        var failed = await Assert.ThrowsAsync<QmpConnectException>(ConnectAsync);

        Assert.Equal((failure, reason), (failed.Failure, failed.Message));
    }

    [Fact]
    public async Task A_socket_that_does_not_accept_is_given_5_seconds()
    {
        var connecting = QmpClient.ConnectOverAsync(DialForEverAsync, Options());

        await AssertFailsAfterAsync(connecting, 5, QmpConnectFailure.NothingThere, "no connection within 5 s");
    }

    [Fact]
    public async Task A_silent_socket_is_given_60_seconds()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();

        await AssertFailsAfterAsync(connecting, 60, QmpConnectFailure.NoGreeting, "no greeting within 60 s: another client holds the monitor, or QEMU is stopped");
        await qemu.Closed;
        Assert.Empty(qemu.Received);
    }

    [Fact]
    public async Task Events_do_not_lengthen_the_wait_for_the_greeting()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();
        await qemu.EventAsync("STOP");

        await AssertFailsAfterAsync(connecting, 60, QmpConnectFailure.NoGreeting, "no greeting within 60 s: another client holds the monitor, or QEMU is stopped");
    }

    [Fact]
    public async Task A_main_loop_that_hangs_is_given_30_seconds()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();
        await qemu.GreetAsync();
        await qemu.ReceiveAsync("qmp_capabilities");

        await AssertFailsAfterAsync(
            connecting, 30, QmpConnectFailure.NoNegotiation, "greeted, but no answer to qmp_capabilities within 30 s: QEMU's main loop does not run");
        await qemu.Closed;
    }

    [Fact]
    public async Task A_refused_negotiation_carries_QEMUs_words()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();
        await qemu.GreetAsync();
        await qemu.RefuseAsync(await qemu.ReceiveAsync(), "GenericError", "This monitor does not support oob");

        await AssertFailsAsync(connecting, QmpConnectFailure.Refused, "QEMU refused qmp_capabilities: GenericError: This monitor does not support oob");
        await qemu.Closed;
    }

    [Fact]
    public async Task Who_hangs_up_before_the_greeting_is_no_QMP()
    {
        var connecting = ConnectAsync();
        (await fake.AcceptAsync()).Close();

        await AssertFailsAsync(connecting, QmpConnectFailure.HungUp, "no greeting: QEMU closed the connection");
    }

    [Fact]
    public async Task Who_hangs_up_after_the_greeting_is_lost()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();
        await qemu.GreetAsync();
        await qemu.ReceiveAsync("qmp_capabilities");
        qemu.Close();

        await AssertFailsAsync(connecting, QmpConnectFailure.Lost, "QEMU closed the connection");
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2", "the received data is not QMP: SSH-2.0-OpenSSH_9.2")]
    [InlineData("{\"hello\": \"world\"}", "malformed message: not a greeting, event or reply")]
    [InlineData("{\"QMP\": {}}", null)]
    [InlineData("{\"QMP\": {\"version\": 1}}", null)]
    public async Task Garbage_instead_of_a_greeting_is_no_QMP(string garbage, string? message)
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();
        await qemu.SendAsync(garbage);

        await AssertFailsAsync(connecting, QmpConnectFailure.NotQmp, message);
        await qemu.Closed;
    }

    [Fact]
    public async Task Cancellation_while_dialling_is_cancellation()
    {
        var connecting = QmpClient.ConnectOverAsync(DialForEverAsync, Options(), cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task Cancellation_before_the_greeting_hangs_up()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await qemu.Closed;
    }

    [Fact]
    public async Task Cancellation_while_negotiating_hangs_up()
    {
        var connecting = ConnectAsync();
        var qemu = await fake.AcceptAsync();
        await qemu.GreetAsync();
        await qemu.ReceiveAsync("qmp_capabilities");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await qemu.Closed;
    }

    private static Task<QmpTransport> DialForEverAsync(CancellationToken cancellationToken) =>
        new TaskCompletionSource<QmpTransport>().Task.WaitAsync(cancellationToken);

    private async Task AssertFailsAfterAsync(Task<QmpClient> connecting, int seconds, QmpConnectFailure failure, string message)
    {
        time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        Assert.False(connecting.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        await AssertFailsAsync(connecting, failure, message);
    }

    private static async Task AssertFailsAsync(Task<QmpClient> connecting, QmpConnectFailure failure, string? message)
    {
        var failed = await Assert.ThrowsAsync<QmpConnectException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal((failure, message ?? failed.Message), (failed.Failure, failed.Message));
    }

    private Task<QmpClient> ConnectAsync() => QmpClient.ConnectOverAsync(fake.DialAsync, Options(), cancellation.Token);

    private QmpClientOptions Options() => new() { Time = time };
}
