using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

public class EventReaderTests
{
    [Fact]
    public async Task Each_reader_gets_every_event_in_order_and_so_does_the_callback()
    {
        await using var session = await Session.StartAsync();
        using var first = session.Client.ReadEvents();
        using var second = session.Client.ReadEvents();

        await SendAsync(session, "A", "B", "C");

        Assert.Equal(["A", "B", "C"], await TakeAsync(first, 3));
        Assert.Equal(["A", "B", "C"], await TakeAsync(second, 3));
        Assert.Equal(["A", "B", "C"], session.Events.Select(static happened => happened.Name));
    }

    [Fact]
    public async Task A_reader_that_waits_gets_an_event_when_it_comes()
    {
        await using var session = await Session.StartAsync();
        using var reader = session.Client.ReadEvents();
        await using var events = reader.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = events.MoveNextAsync();
        Assert.False(next.IsCompleted);

        await SendAsync(session, "STOP");

        Assert.True(await next);
        Assert.Equal("STOP", events.Current.Name);
    }

    [Fact]
    public async Task A_slow_reader_is_told_of_its_loss_in_its_place_and_delays_nobody()
    {
        await using var session = await Session.StartAsync();
        using var slow = session.Client.ReadEvents(capacity: 2);
        using var fast = session.Client.ReadEvents(capacity: 5);

        await SendAsync(session, "A", "B", "C", "D", "E");
        Assert.Equal(["A", "B", "C", "D", "E"], await TakeAsync(fast, 5));
        Assert.Equal(["A"], await TakeAsync(slow, 1));
        await SendAsync(session, "F");

        Assert.Equal(["B"], await TakeAsync(slow, 1));
        Assert.Equal(3, (await Assert.ThrowsAsync<QmpEventsLostException>(() => TakeAsync(slow, 1))).Count);
        Assert.Equal(["F"], await TakeAsync(slow, 1));
        Assert.Equal(["F"], await TakeAsync(fast, 1));
    }

    [Fact]
    public async Task A_loss_that_no_event_follows_is_told_too()
    {
        await using var session = await Session.StartAsync();
        using var reader = session.Client.ReadEvents(capacity: 1);
        await SendAsync(session, "A", "B", "C");
        Assert.Equal(["A"], await TakeAsync(reader, 1));

        var lost = await Assert.ThrowsAsync<QmpEventsLostException>(() => TakeAsync(reader, 1));

        Assert.Equal(2, lost.Count);
        Assert.StartsWith("2 event(s) were lost", lost.Message, StringComparison.Ordinal);
        await SendAsync(session, "D");
        Assert.Equal(["D"], await TakeAsync(reader, 1));
    }

    [Fact]
    public async Task A_loss_is_told_after_the_connection_has_ended()
    {
        await using var session = await Session.StartAsync();
        using var reader = session.Client.ReadEvents(capacity: 1);
        await SendAsync(session, "A", "B");
        session.Qemu.Close();
        await session.Client.Completion;

        Assert.Equal(["A"], await TakeAsync(reader, 1));
        Assert.Equal(1, (await Assert.ThrowsAsync<QmpEventsLostException>(() => AllAsync(reader))).Count);
        Assert.Empty(await AllAsync(reader));
    }

    [Fact]
    public async Task Enumerating_ends_with_the_connection_after_the_last_event()
    {
        await using var session = await Session.StartAsync();
        using var reader = session.Client.ReadEvents();
        await using var events = reader.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = events.MoveNextAsync();

        await session.Qemu.EventAsync("SHUTDOWN");
        session.Qemu.Close();

        Assert.True(await next);
        Assert.Equal("SHUTDOWN", events.Current.Name);
        Assert.False(await events.MoveNextAsync());
        Assert.Equal("QEMU closed the connection", await session.Client.Completion);
    }

    [Fact]
    public async Task Enumerating_ends_when_the_client_is_disposed()
    {
        await using var session = await Session.StartAsync();
        using var reader = session.Client.ReadEvents();
        var all = AllAsync(reader);

        await session.Client.DisposeAsync();

        Assert.Empty(await all);
        using var late = session.Client.ReadEvents();
        Assert.Empty(await AllAsync(late));
    }

    [Fact]
    public async Task Enumerating_ends_when_the_callback_fails()
    {
        await using var session = await Session.StartAsync(onEvent: static happened => throw new IOException("disk full"));
        using var reader = session.Client.ReadEvents();

        await session.Qemu.EventAsync("STOP");

        Assert.Empty(await AllAsync(reader));
        Assert.Equal("the handler of events failed: disk full", await session.Client.Completion);
    }

    [Fact]
    public async Task A_cancelled_enumeration_loses_nothing()
    {
        await using var session = await Session.StartAsync();
        using var reader = session.Client.ReadEvents();
        using var cancel = new CancellationTokenSource();
        await using var events = reader.GetAsyncEnumerator(cancel.Token);
        var next = events.MoveNextAsync().AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);

        await SendAsync(session, "STOP");

        Assert.Equal(["STOP"], await TakeAsync(reader, 1));
    }

    [Fact]
    public async Task A_disposed_reader_ends_and_keeps_nothing()
    {
        await using var session = await Session.StartAsync();
        var reader = session.Client.ReadEvents();
        var waiting = session.Client.ReadEvents();
        var all = AllAsync(waiting);
        await SendAsync(session, "A");
        waiting.Dispose();
        reader.Dispose();
        reader.Dispose();

        await SendAsync(session, "B");

        Assert.Empty(await AllAsync(reader));
        Assert.DoesNotContain("B", await all);
    }

    [Fact]
    public async Task A_reader_takes_at_least_one_event()
    {
        await using var session = await Session.StartAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Client.ReadEvents(capacity: 0));
    }

    // The reply to a command comes after the events, so the client has read them then.
    private static async Task SendAsync(Session session, params string[] names)
    {
        foreach (var name in names)
        {
            await session.Qemu.EventAsync(name);
        }

        await session.AssertNothingElseWasSentAsync();
    }

    private static async Task<List<string>> TakeAsync(QmpEventReader reader, int count)
    {
        var names = new List<string>();
        await foreach (var happened in reader)
        {
            names.Add(happened.Name);
            if (names.Count == count)
            {
                break;
            }
        }

        return names;
    }

    private static Task<List<string>> AllAsync(QmpEventReader reader) => TakeAsync(reader, int.MaxValue);
}
