using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

public class AbandonedCommandTests
{
    [Fact]
    public async Task A_command_whose_caller_is_gone_already_is_not_sent()
    {
        await using var session = await Session.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.RunAsync("gone", cancellationToken: new CancellationToken(true)));

        await session.AssertNothingElseWasSentAsync();
    }

    [Fact]
    public async Task A_caller_that_cancels_while_it_waits_for_its_turn_is_never_sent()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);
        using var cancellation = new CancellationTokenSource();
        var ninth = session.RunAsync("ninth", cancellationToken: cancellation.Token);
        var tenth = session.RunAsync("tenth");

        await cancellation.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ninth);
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        await session.Qemu.ReturnAsync(sent[0].Command);
        await session.Qemu.ReturnAsync(await session.Qemu.ReceiveAsync("tenth"));
        await tenth;
    }

    [Fact]
    public async Task A_caller_that_cancels_after_sending_keeps_its_place_until_the_reply_which_is_dropped()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(7);
        using var cancellation = new CancellationTokenSource();
        var eighth = session.RunAsync("eighth", cancellationToken: cancellation.Token);
        var command = await session.Qemu.ReceiveAsync("eighth");
        var ninth = session.RunAsync("ninth");

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => eighth);
        await session.AssertNothingElseWasSentAsync();

        await session.Qemu.ReturnAsync(command);
        await session.Qemu.ReturnAsync(await session.Qemu.ReceiveAsync("ninth"));
        await ninth;
        Assert.Equal(0, session.Client.UnclaimedReplies);
        Assert.All(sent, static one => Assert.False(one.Call.IsCompleted));
    }

    [Fact]
    public async Task A_command_without_an_answer_in_its_time_was_sent_and_its_late_answer_can_be_had()
    {
        await using var session = await Session.StartAsync();
        var call = session.RunAsync("slow", seconds: 5);
        var command = await session.Qemu.ReceiveAsync("slow");

        session.Time.Advance(TimeSpan.FromSeconds(4.999));
        Assert.False(call.IsCompleted);
        session.Time.Advance(TimeSpan.FromSeconds(0.001));

        var late = await Assert.ThrowsAsync<QmpTimeoutException>(() => call);
        Assert.True(late.Sent);
        Assert.Equal(("slow", TimeSpan.FromSeconds(5)), (late.Command, late.Timeout));
        Assert.False(late.LateReply!.IsCompleted);
        await session.Qemu.ReturnAsync(command, "[1]");
        Assert.Equal("[1]", (await late.LateReply).ToString());
        Assert.Equal(0, session.Client.UnclaimedReplies);
    }

    [Fact]
    public async Task A_late_answer_may_be_an_error()
    {
        await using var session = await Session.StartAsync();
        var call = session.RunAsync("slow", seconds: 5);
        var command = await session.Qemu.ReceiveAsync("slow");
        session.Time.Advance(TimeSpan.FromSeconds(5));
        var late = await Assert.ThrowsAsync<QmpTimeoutException>(() => call);

        await session.Qemu.RefuseAsync(command, "DeviceNotFound", "no such device");

        var refused = await Assert.ThrowsAsync<QmpCommandException>(() => late.LateReply!);
        Assert.Equal(("slow", "DeviceNotFound", "no such device"), (refused.Command, refused.ErrorClass, refused.Description));
    }

    [Fact]
    public async Task A_late_answer_that_cannot_come_any_more_says_so()
    {
        await using var session = await Session.StartAsync();
        var call = session.RunAsync("slow", seconds: 5);
        await session.Qemu.ReceiveAsync("slow");
        session.Time.Advance(TimeSpan.FromSeconds(5));
        var late = await Assert.ThrowsAsync<QmpTimeoutException>(() => call);

        session.Qemu.Close();

        Assert.True((await Assert.ThrowsAsync<QmpDisconnectedException>(() => late.LateReply!)).Sent);
    }

    [Fact]
    public async Task A_command_whose_time_ends_before_its_turn_was_not_sent_and_never_is()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);
        var ninth = session.RunAsync("ninth", seconds: 5);
        session.Time.Advance(TimeSpan.FromSeconds(5));

        var late = await Assert.ThrowsAsync<QmpTimeoutException>(() => ninth);

        Assert.False(late.Sent);
        Assert.Null(late.LateReply);
        await session.Qemu.ReturnAsync(sent[0].Command);
        await sent[0].Call;
        await session.AssertNothingElseWasSentAsync();
    }

    [Fact]
    public async Task A_call_that_names_no_time_has_that_of_the_options()
    {
        await using var session = await Session.StartAsync();
        var call = session.RunAsync("slow");
        await session.Qemu.ReceiveAsync("slow");

        session.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(TimeSpan.FromSeconds(10), (await Assert.ThrowsAsync<QmpTimeoutException>(() => call)).Timeout);
    }

    [Fact]
    public async Task A_call_may_wait_for_ever()
    {
        await using var session = await Session.StartAsync();
        var call = session.Client.ExecuteAsync(new QmpCommand("slow"), Timeout.InfiniteTimeSpan);
        var command = await session.Qemu.ReceiveAsync("slow");

        session.Time.Advance(TimeSpan.FromDays(365));

        await session.Qemu.ReturnAsync(command);
        await call;
    }
}
