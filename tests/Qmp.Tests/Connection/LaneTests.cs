using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

public class LaneTests
{
    [Fact]
    public async Task Replies_out_of_order_reach_their_callers()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);

        foreach (var (_, command) in sent.Reverse())
        {
            await session.Qemu.ReturnAsync(command, $"\"{command.Name}\"");
        }

        foreach (var (call, command) in sent)
        {
            Assert.Equal($"\"{command.Name}\"", (await call).ToString());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_ninth_in_band_command_leaves_only_when_one_is_answered(bool withError)
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);
        var ninth = session.RunAsync("ninth");
        await session.AssertNothingElseWasSentAsync();

        await (withError ? session.Qemu.RefuseAsync(sent[3].Command) : session.Qemu.ReturnAsync(sent[3].Command));

        await session.Qemu.ReturnAsync(await session.Qemu.ReceiveAsync("ninth"), "9");
        Assert.Equal("9", (await ninth).ToString());
    }

    [Fact]
    public async Task Commands_that_wait_leave_in_the_order_they_came()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);
        var waiting = Enumerable.Range(0, 5).Select(i => session.RunAsync($"w{i}")).ToArray();

        for (var i = 0; i < waiting.Length; i++)
        {
            await session.Qemu.ReturnAsync(sent[i].Command);
            await session.Qemu.ReceiveAsync($"w{i}");
        }
    }

    [Fact]
    public async Task One_senders_many_hold_up_another_by_one()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);
        var many = Enumerable.Range(0, 100).Select(i => RunAsync(session, $"m{i}", "many")).ToArray();
        var one = RunAsync(session, "one", "one");
        var two = RunAsync(session, "two", "one");

        Assert.Equal(["m0", "one", "m1", "two", "m2", "m3"], await NextAsync(session, sent, 6));
        Assert.All(many, static call => Assert.False(call.IsCompleted));
        Assert.False(one.IsCompleted || two.IsCompleted);
    }

    [Fact]
    public async Task An_urgent_command_goes_first_and_many_of_them_hold_up_nobody_for_good()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);
        for (var i = 0; i < 3; i++)
        {
            _ = RunAsync(session, $"p{i}", "many");
        }

        for (var i = 0; i < 3; i++)
        {
            _ = RunAsync(session, $"u{i}", "many", urgent: true);
        }

        Assert.Equal(["u0", "p0", "u1", "p1", "u2", "p2"], await NextAsync(session, sent, 6));
    }

    [Fact]
    public async Task A_command_that_is_given_up_leaves_its_turn_and_no_place_is_lost()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);
        using var gone = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 50).Select(i => RunAsync(session, $"w{i}", $"s{i % 7}", cancellationToken: gone.Token)).ToArray();
        _ = RunAsync(session, "last", "s0");
        await gone.CancelAsync();
        foreach (var call in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        Assert.Equal(["last"], await NextAsync(session, sent, 1));
        foreach (var (_, command) in sent[1..])
        {
            await session.Qemu.ReturnAsync(command);
        }

        await Task.WhenAll(sent.Select(static one => one.Call));
        await session.SendAsync(7);
    }

    [Fact]
    public async Task Out_of_band_commands_pass_a_full_lane()
    {
        await using var session = await Session.StartAsync();
        var sent = await session.SendAsync(8);

        var urgent = session.RunAsync("migrate-pause", outOfBand: true);
        var received = await session.Qemu.ReceiveAsync("migrate-pause");
        await session.Qemu.ReturnAsync(received);
        await urgent;

        Assert.True(received.OutOfBand);
        Assert.All(sent, static one => Assert.False(one.Call.IsCompleted));
    }

    [Fact]
    public async Task Every_id_is_used_once_also_on_another_connection()
    {
        var ids = new HashSet<string>();
        for (var connection = 0; connection < 3; connection++)
        {
            await using var session = await Session.StartAsync();
            await session.SendAsync(8);
            Assert.All(session.Qemu.Received, command => Assert.True(ids.Add(command.Id)));
        }

        Assert.Equal(27, ids.Count);
    }

    [Fact]
    public async Task A_command_that_QEMU_could_not_read_takes_no_place()
    {
        await using var session = await Session.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var twice = new QmpCommand("x", new JsonText("""{"a":1,"a":2}"""u8.ToArray()));
            await Assert.ThrowsAsync<ArgumentException>(() => session.Client.ExecuteAsync(twice));
        }

        await session.SendAsync(8);
    }

    private static Task<JsonText> RunAsync(
        Session session, string name, string sender, bool urgent = false, CancellationToken cancellationToken = default) =>
        session.Client.ExecuteAsync(new QmpCommand(name) { Sender = sender, Urgent = urgent }, TimeSpan.FromHours(1), cancellationToken);

    /// <summary>Answers commands, and tells which ones go out in their places.</summary>
    private static async Task<string[]> NextAsync(Session session, (Task<JsonText> Call, TestSupport.FakeCommand Command)[] sent, int count)
    {
        var next = new List<string>();
        foreach (var (_, command) in sent[..count])
        {
            await session.Qemu.ReturnAsync(command);
            next.Add((await session.Qemu.ReceiveAsync()).Name);
        }

        return [.. next];
    }
}
