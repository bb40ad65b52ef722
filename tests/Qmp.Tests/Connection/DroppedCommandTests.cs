using Microsoft.Extensions.Time.Testing;
using TestSupport;
using Xunit;

namespace QmpGateway.Qmp.Tests.Connection;

public sealed class DroppedCommandTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task An_answer_frees_the_places_of_earlier_commands_that_nobody_waits_for()
    {
        using var qemu = FakeQemu.InMemory();
        var (client, monitor) = await ConnectAsync(qemu);
        await using var _ = client;

        // Seven that QEMU never answers, and one that it does.
        var dropped = Enumerable.Range(0, 7).Select(_ => client.ExecuteAsync(new QmpCommand("dropped"), TimeSpan.FromSeconds(1))).ToArray();
        foreach (var call in dropped)
        {
            await monitor.ReceiveAsync("dropped");
        }

        time.Advance(TimeSpan.FromSeconds(1));
        foreach (var call in dropped)
        {
            Assert.True((await Assert.ThrowsAsync<QmpTimeoutException>(() => call)).Sent);
        }

        var answered = client.ExecuteAsync(new QmpCommand("answered"));
        await monitor.ReturnAsync(await monitor.ReceiveAsync("answered"));
        await answered;

        var next = Enumerable.Range(0, 8).Select(_ => client.ExecuteAsync(new QmpCommand("next"))).ToArray();
        // All eight are on their way before the first is answered: each has a place.
        var received = new List<FakeCommand>();
        foreach (var call in next)
        {
            received.Add(await monitor.ReceiveAsync("next"));
        }

        foreach (var command in received)
        {
            await monitor.ReturnAsync(command);
        }

        await Task.WhenAll(next);
    }

    [Fact]
    public async Task A_command_dropped_from_the_queue_may_still_be_answered()
    {
        using var qemu = FakeQemu.InMemory();
        var (client, monitor) = await ConnectAsync(qemu);
        await using var _ = client;

        var late = client.ExecuteAsync(new QmpCommand("late"), TimeSpan.FromSeconds(1));
        var command = await monitor.ReceiveAsync("late");
        time.Advance(TimeSpan.FromSeconds(1));
        var timeout = await Assert.ThrowsAsync<QmpTimeoutException>(() => late);
        var other = client.ExecuteAsync(new QmpCommand("other"));
        await monitor.ReturnAsync(await monitor.ReceiveAsync("other"));
        await other;

        await monitor.ReturnAsync(command, "7");
        Assert.Equal("7", (await timeout.LateReply!).ToString());
    }

    [Fact]
    public async Task An_answer_frees_no_place_of_a_later_command_nor_of_the_other_lane()
    {
        await using var session = await Session.StartAsync();
        var first = session.RunAsync("first");
        var answered = await session.Qemu.ReceiveAsync("first");
        var later = await session.SendAsync(7, seconds: 1);
        var ninth = session.RunAsync("ninth");
        var tenth = session.RunAsync("tenth");
        session.Time.Advance(TimeSpan.FromSeconds(1));
        foreach (var (call, _) in later)
        {
            await Assert.ThrowsAsync<QmpTimeoutException>(() => call);
        }

        // Each of these is answered after the seven were sent, and out of band.
        await session.AssertNothingElseWasSentAsync();

        await session.Qemu.ReturnAsync(answered);
        await first;
        await session.Qemu.ReceiveAsync("ninth");
        await session.AssertNothingElseWasSentAsync();
        Assert.False(ninth.IsCompleted || tenth.IsCompleted);
    }

    private async Task<(QmpClient Client, FakeConnection Monitor)> ConnectAsync(FakeQemu qemu)
    {
        var connecting = QmpClient.ConnectOverAsync(qemu.DialAsync, new QmpClientOptions { Time = time }, TestContext.Current.CancellationToken);
        var monitor = await qemu.AcceptAsync();
        await monitor.HandshakeAsync();
        return (await connecting, monitor);
    }
}
