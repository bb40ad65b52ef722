using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using TestSupport;

namespace QmpGateway.Qmp.Tests.Connection;

/// <summary>A client connected to a fake QEMU, on a clock that a test moves.</summary>
internal sealed class Session : IAsyncDisposable
{
    private Session(QmpClient client, FakeConnection qemu, FakeTimeProvider time, ConcurrentQueue<QmpEvent> events, ConcurrentQueue<string?> unclaimed) =>
        (Client, Qemu, Time, Events, Unclaimed) = (client, qemu, time, events, unclaimed);

    public QmpClient Client { get; }

    public FakeConnection Qemu { get; }

    public FakeTimeProvider Time { get; }

    public ConcurrentQueue<QmpEvent> Events { get; }

    /// <summary>The ids of replies that no command waited for.</summary>
    public ConcurrentQueue<string?> Unclaimed { get; }

    public static async Task<Session> StartAsync(
        FakeQemu? fake = null, bool oob = true, Action<QmpEvent>? onEvent = null, long maxMessageBytes = 1 << 20)
    {
        fake ??= FakeQemu.InMemory();
        var time = new FakeTimeProvider();
        var events = new ConcurrentQueue<QmpEvent>();
        var unclaimed = new ConcurrentQueue<string?>();
        var options = new QmpClientOptions { Time = time, OnEvent = onEvent ?? events.Enqueue, OnUnclaimedReply = unclaimed.Enqueue, MaxMessageBytes = maxMessageBytes };
        var connecting = QmpClient.ConnectOverAsync(fake.DialAsync, options);
        var qemu = await fake.AcceptAsync();
        await qemu.HandshakeAsync(oob);
        return new Session(await connecting, qemu, time, events, unclaimed);
    }

    public Task<JsonText> RunAsync(
        string name, double? seconds = null, bool outOfBand = false, CancellationToken cancellationToken = default) =>
        Client.ExecuteAsync(
            new QmpCommand(name, OutOfBand: outOfBand), seconds is { } time ? TimeSpan.FromSeconds(time) : null, cancellationToken);

    /// <summary>Runs in-band commands <c>c0</c>, <c>c1</c>, … that QEMU received and has not answered.</summary>
    public async Task<(Task<JsonText> Call, FakeCommand Command)[]> SendAsync(int count, double seconds = 3600)
    {
        var calls = Enumerable.Range(0, count).Select(i => RunAsync($"c{i}", seconds)).ToArray();
        var sent = new List<(Task<JsonText>, FakeCommand)>();
        foreach (var call in calls)
        {
            sent.Add((call, await Qemu.ReceiveAsync($"c{sent.Count}")));
        }

        return [.. sent];
    }

    /// <summary>
    /// Asserts it by out-of-band commands, which wait for no other: they must be the next that QEMU receives. Many of them, as one whose
    /// turn came by mistake is sent by another thread, a moment later.
    /// </summary>
    public async Task AssertNothingElseWasSentAsync()
    {
        for (var i = 0; i < 100; i++)
        {
            var fence = RunAsync("fence", outOfBand: true);
            await Qemu.ReturnAsync(await Qemu.ReceiveAsync("fence"));
            await fence;
        }
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();
}
