using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

public class ConnectionEndTests
{
    [Fact]
    public async Task The_end_fails_what_was_sent_as_unknown_and_what_waited_as_not_sent()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);
        var waiting = Enumerable.Range(0, 20).Select(i => session.RunAsync($"w{i}", seconds: 3600)).ToArray();

        session.Qemu.Close();

        foreach (var (call, command) in sent)
        {
            await AssertLostAsync(call, command.Name, sent: true, "QEMU closed the connection");
        }

        for (var i = 0; i < waiting.Length; i++)
        {
            await AssertLostAsync(waiting[i], $"w{i}", sent: false, "QEMU closed the connection");
        }
    }

    [Fact]
    public async Task A_command_after_the_end_fails_at_once_as_not_sent()
    {
        await using var session = await Session.StartAsync();
        session.Qemu.Close();
        await session.Client.Completion;

        var call = session.RunAsync("late");

        Assert.True(call.IsCompleted);
        await AssertLostAsync(call, "late", sent: false, "QEMU closed the connection");
    }

    [Fact]
    public async Task A_command_after_disposal_fails_at_once_as_not_sent()
    {
        await using var session = await Session.StartAsync();
        await session.Client.DisposeAsync();

        var call = session.RunAsync("late");

        Assert.True(call.IsCompleted);
        await AssertLostAsync(call, "late", sent: false, "closed by this client");
    }

    [Fact]
    public async Task Disposal_fails_the_commands_under_way_and_hangs_up()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);
        var waiting = session.RunAsync("waiting");

        await session.Client.DisposeAsync();

        await AssertLostAsync(sent[7].Call, "c7", sent: true, "closed by this client");
        await AssertLostAsync(waiting, "waiting", sent: false, "closed by this client");
        Assert.Equal("closed by this client", await session.Client.Completion);
        await session.Qemu.Closed;
    }

    [Fact]
    public async Task Disposal_may_be_asked_for_many_times_at_once()
    {
        await using var session = await Session.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await session.Client.DisposeAsync()))).WaitAsync(TimeSpan.FromSeconds(20));
        await session.Client.DisposeAsync();

        Assert.Equal("closed by this client", await session.Client.Completion);
    }

    [Fact]
    public async Task Answers_before_the_end_reach_their_callers()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(2);

        await session.Qemu.EventAsync("SHUTDOWN");
        await session.Qemu.ReturnAsync(sent[0].Command, "0");
        session.Qemu.Close();

        Assert.Equal("0", (await sent[0].Call).ToString());
        await AssertLostAsync(sent[1].Call, "c1", sent: true, "QEMU closed the connection");
        Assert.Equal("SHUTDOWN", Assert.Single(session.Events).Name);
    }

    [Theory]
    [InlineData("QEMU 7.2.22 monitor - type 'help'", "the received data is not QMP: QEMU 7.2.22 monitor - type 'help")]
    [InlineData("{\"a\": 1}", "malformed message: not a greeting, event or reply")]
    public async Task Garbage_ends_the_connection_with_a_reason(string garbage, string reason)
    {
        await using var session = await Session.StartAsync();
        var call = session.RunAsync("x");
        await session.Qemu.ReceiveAsync("x");

        await session.Qemu.SendAsync(garbage);

        Assert.StartsWith(reason, await session.Client.Completion, StringComparison.Ordinal);
        await AssertLostAsync(call, "x", sent: true, await session.Client.Completion);
    }

    [Fact]
    public async Task A_message_over_the_limit_ends_the_connection_with_a_reason()
    {
        await using var session = await Session.StartAsync(maxMessageBytes: 1000);

        await session.Qemu.SendAsync("{\"event\": \"" + new string('x', 2000));

        Assert.Equal("a message is larger than 1000 bytes", await session.Client.Completion);
    }

    [Fact]
    public async Task A_receiver_of_events_that_throws_ends_the_connection_with_a_reason_of_its_own()
    {
        await using var session = await Session.StartAsync(onEvent: static _ => throw new IOException("disk full"));
        var call = session.RunAsync("x");
        await session.Qemu.ReceiveAsync("x");

        await session.Qemu.EventAsync("STOP");

        Assert.Equal("the handler of events failed: disk full", await session.Client.Completion);
        await AssertLostAsync(call, "x", sent: true, "the handler of events failed: disk full");
    }

    [Fact]
    public async Task A_caller_that_blocks_its_thread_does_not_hold_up_the_end()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var session = await Session.StartAsync();
            var caller = BlockOnFailureAsync(session);
            await session.Qemu.ReceiveAsync("x");

            session.Qemu.Close();

            Assert.True(await caller);
        }

        static async Task<bool> BlockOnFailureAsync(Session session)
        {
            await Assert.ThrowsAsync<QmpDisconnectedException>(() => session.RunAsync("x")).ConfigureAwait(false);
            return ((IAsyncResult)session.Client.Completion).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(5));
        }
    }

    private static async Task AssertLostAsync(Task call, string command, bool sent, string reason)
    {
        var lost = await Assert.ThrowsAsync<QmpDisconnectedException>(() => call);
        Assert.Equal((command, sent, reason), (lost.Command, lost.Sent, lost.Reason));
    }
}
