using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

public class BlockedWriteTests
{
    private readonly FakeTimeProvider time = new();
    private readonly HaltingLine line = new();

    [Fact]
    public async Task Cancellation_in_the_middle_of_a_write_does_not_cut_the_message()
    {
        await using var client = await ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        line.Halt();
        var cancelled = client.ExecuteAsync(new QmpCommand("cancelled"), cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        var next = client.ExecuteAsync(new QmpCommand("next"));

        line.GoOn();

        await line.Qemu.ReturnAsync(await line.Qemu.ReceiveAsync("cancelled"));
        await line.Qemu.ReturnAsync(await line.Qemu.ReceiveAsync("next"));
        await next;
        Assert.Equal(0, client.UnclaimedReplies);
    }

    [Fact]
    public async Task A_timeout_in_the_middle_of_a_write_says_sent_and_does_not_cut_the_message()
    {
        await using var client = await ConnectAsync();
        line.Halt();
        var slow = client.ExecuteAsync(new QmpCommand("slow"), TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        var late = await Assert.ThrowsAsync<QmpTimeoutException>(() => slow);
        Assert.True(late.Sent);

        line.GoOn();

        await line.Qemu.ReturnAsync(await line.Qemu.ReceiveAsync("slow"), "1");
        Assert.Equal("1", (await late.LateReply!).ToString());
    }

    [Fact]
    public async Task Callers_behind_a_blocked_write_that_go_away_are_never_sent()
    {
        await using var client = await ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        line.Halt();
        var first = client.ExecuteAsync(new QmpCommand("first"));
        var cancelled = client.ExecuteAsync(new QmpCommand("cancelled"), cancellationToken: cancellation.Token);
        var late = client.ExecuteAsync(new QmpCommand("late", OutOfBand: true), TimeSpan.FromSeconds(1));
        var last = client.ExecuteAsync(new QmpCommand("last"));

        await cancellation.CancelAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False((await Assert.ThrowsAsync<QmpTimeoutException>(() => late)).Sent);

        line.GoOn();
        await line.Qemu.ReturnAsync(await line.Qemu.ReceiveAsync("first"));
        await line.Qemu.ReturnAsync(await line.Qemu.ReceiveAsync("last"));
        await Task.WhenAll(first, last);
    }

    [Fact]
    public async Task Disposal_ends_a_blocked_write_and_its_command_may_have_been_sent()
    {
        var client = await ConnectAsync();
        line.Halt();
        var blocked = client.ExecuteAsync(new QmpCommand("blocked"));
        var behind = client.ExecuteAsync(new QmpCommand("behind"));

        await client.DisposeAsync();

        Assert.True((await Assert.ThrowsAsync<QmpDisconnectedException>(() => blocked)).Sent);
        Assert.False((await Assert.ThrowsAsync<QmpDisconnectedException>(() => behind)).Sent);
    }

    [Fact]
    public async Task The_end_of_the_connection_ends_a_blocked_write()
    {
        await using var client = await ConnectAsync();
        line.Halt();
        var blocked = client.ExecuteAsync(new QmpCommand("blocked"));
        var behind = client.ExecuteAsync(new QmpCommand("behind"));

        line.Qemu.Close();

        Assert.True((await Assert.ThrowsAsync<QmpDisconnectedException>(() => blocked)).Sent);
        Assert.False((await Assert.ThrowsAsync<QmpDisconnectedException>(() => behind)).Sent);
        Assert.Equal("QEMU closed the connection", await client.Completion);
    }

    [Fact]
    public async Task A_write_that_fails_ends_the_connection_with_its_reason()
    {
        await using var client = await ConnectAsync();
        line.Halt();
        var broken = client.ExecuteAsync(new QmpCommand("broken"));

        line.Break();

        Assert.Equal("Broken pipe", await client.Completion);
        Assert.True((await Assert.ThrowsAsync<QmpDisconnectedException>(() => broken)).Sent);
    }

    private async Task<QmpClient> ConnectAsync()
    {
        var options = new QmpClientOptions { Time = time };
        var connecting = QmpClient.ConnectOverAsync(_ => Task.FromResult(line.Transport), options);
        await line.Qemu.HandshakeAsync();
        return await connecting;
    }
}
