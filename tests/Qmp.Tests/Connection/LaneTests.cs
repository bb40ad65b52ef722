using Xunit;

namespace Qmp.Tests.Connection;

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
}
