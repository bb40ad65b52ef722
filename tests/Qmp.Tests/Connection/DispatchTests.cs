using System.Text;
using TestSupport;
using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

public class DispatchTests
{
    [Fact]
    public async Task A_refusal_carries_QEMUs_class_and_words()
    {
        await using var session = await Session.StartAsync();
        var call = session.RunAsync("nonsense");
        await session.Qemu.RefuseAsync(await session.Qemu.ReceiveAsync(), "CommandNotFound", "The command nonsense has not been found");

        var refused = await Assert.ThrowsAsync<QmpCommandException>(() => call);

        Assert.Equal(QmpCommandException.CommandNotFound, refused.ErrorClass);
        Assert.Equal("The command nonsense has not been found", refused.Description);
    }

    [Fact]
    public async Task Replies_that_nobody_waits_for_are_counted_and_break_nothing()
    {
        await using var session = await Session.StartAsync();
        var call = session.RunAsync("x");
        var command = await session.Qemu.ReceiveAsync("x");

        await session.Qemu.SendAsync("""{"return": {}, "id": "of-another-time"}""");
        await session.Qemu.SendAsync("""{"return": {}, "id": 7}""");
        await session.Qemu.SendAsync("""{"return": {}}""");
        await session.Qemu.SendAsync("""{"error": {"class": "GenericError", "desc": "JSON parse error"}}""");
        await session.Qemu.ReturnAsync(command, "1");
        await session.Qemu.ReturnAsync(command, "2");
        await session.AssertNothingElseWasSentAsync();

        Assert.Equal("1", (await call).ToString());
        Assert.Equal(5, session.Client.UnclaimedReplies);
        Assert.Equal(["of-another-time", "7", null, null, command.Id], session.Unclaimed);
    }

    [Fact]
    public async Task A_reply_of_the_previous_connection_is_dropped()
    {
        using var fake = FakeQemu.InMemory();
        await using var before = await Session.StartAsync(fake);
        var lost = before.RunAsync("system_reset");
        var command = await before.Qemu.ReceiveAsync();
        await before.Client.DisposeAsync();
        await Assert.ThrowsAsync<QmpDisconnectedException>(() => lost);

        await using var after = await Session.StartAsync(fake);
        var call = after.RunAsync("query-status");
        var query = await after.Qemu.ReceiveAsync();
        await after.Qemu.ReturnAsync(command, "\"reset\"");
        await after.Qemu.ReturnAsync(query, "\"status\"");

        Assert.Equal("\"status\"", (await call).ToString());
        Assert.Equal(1, after.Client.UnclaimedReplies);
    }

    [Fact]
    public async Task Events_before_a_reply_are_handed_over_before_its_caller_goes_on()
    {
        var call = Task.FromResult(default(JsonText));
        var seen = new List<(string Name, bool CallerWentOn)>();
        await using var session = await Session.StartAsync(onEvent: happened => seen.Add((happened.Name, call.IsCompleted)));
        call = session.RunAsync("quit");
        var command = await session.Qemu.ReceiveAsync("quit");

        await session.Qemu.SendAsync(Encoding.UTF8.GetBytes($$"""{"event": "STOP"}{"event": "SHUTDOWN"}{"return": {}, "id": "{{command.Id}}"}"""));
        await call;

        Assert.Equal([("STOP", false), ("SHUTDOWN", false)], seen);
    }

    [Fact]
    public async Task Events_keep_their_order_and_their_bytes()
    {
        await using var session = await Session.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            await session.Qemu.EventAsync($"E{i}", $$"""{"psw-mask": 1844674407370955{{i:0000}}}""");
        }

        await session.AssertNothingElseWasSentAsync();

        Assert.Equal(
            Enumerable.Range(0, 100).Select(static i => ($"E{i}", $$"""{"psw-mask": 1844674407370955{{i:0000}}}""")),
            session.Events.Select(static happened => (happened.Name, happened.Data.ToString())));
    }

    [Fact]
    public async Task A_reply_of_many_reads_is_put_together()
    {
        await using var session = await Session.StartAsync(maxMessageBytes: 10 << 20);
        var call = session.RunAsync("query-qmp-schema");
        var command = await session.Qemu.ReceiveAsync();
        var schema = $"[\"{new string('{', 1 << 20)}\"]";

        foreach (var piece in $$"""{"return": {{schema}}, "id": "{{command.Id}}"}""".Chunk(50_000))
        {
            await session.Qemu.SendAsync(Encoding.UTF8.GetBytes(piece));
        }

        Assert.Equal(schema, (await call).ToString());
    }

    [Fact]
    public async Task The_time_of_the_last_message_moves_with_every_message()
    {
        await using var session = await Session.StartAsync();
        session.Time.Advance(TimeSpan.FromMinutes(1));

        await session.AssertNothingElseWasSentAsync();

        Assert.Equal(session.Time.GetUtcNow(), session.Client.LastMessageAt);
    }
}
