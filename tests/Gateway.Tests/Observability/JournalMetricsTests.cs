using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gateway.Journal;
using Gateway.Metrics;
using Gateway.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using QmpGateway.Qmp;
using Xunit;

namespace Gateway.Tests.Observability;

/// <summary>Whatever a VM sends and however much of it: counting ends only with the gateway, which would end with it.</summary>
public sealed class JournalMetricsTests
{
    [Theory]
    [InlineData("null", "none")]
    [InlineData("[1]", "none")]
    [InlineData("""{"info":5}""", "none")]
    [InlineData("""{"info":{"type":5}}""", "none")]
    [InlineData("""{"info":{"type":"\ud800"}}""", "other")]
    [InlineData("""{"info":{"type":"hyper-v"}}""", "hyper-v")]
    public async Task A_panic_is_counted_whatever_its_data(string data, string type) =>
        Assert.Equal(("qmp_gateway.guest_panics", 1L, type), await CountedAsync("GUEST_PANICKED", data));

    [Theory]
    [InlineData("[1]", 0)]
    [InlineData("""{"count":"5"}""", 0)]
    [InlineData("""{"count":1e400}""", 0)]
    [InlineData("""{"count":5}""", 5)]
    [InlineData("""{"count":null}""", 1)]
    public async Task A_loss_is_counted_whatever_its_data(string data, long lost) =>
        Assert.Equal(("qmp_gateway.events_lost", lost, null), await CountedAsync("EVENTS_LOST", data, EventOrigin.Gateway));

    [Fact]
    public async Task A_failed_read_of_the_disk_does_not_end_the_counting()
    {
        var time = new FakeTimeProvider();
        Assert.Equal(
            ("qmp_gateway.guest_panics", 1L, "none"), await CountedAsync("GUEST_PANICKED", "{}", EventOrigin.Qemu, new JournalUnreadableException(new IOException("Input/output error")), time));
    }

    private static async Task<(string Instrument, long Value, string? Type)> CountedAsync(
        string name, string data, EventOrigin origin = EventOrigin.Qemu, Exception? failure = null, FakeTimeProvider? time = null)
    {
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<GatewayMetrics>().BuildServiceProvider();
        var metrics = services.GetRequiredService<GatewayMetrics>();
        var counted = new TaskCompletionSource<(string, long, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, measured) =>
        {
            if (instrument.Meter == metrics.Meter && instrument.Name is "qmp_gateway.guest_panics" or "qmp_gateway.events_lost")
            {
                measured.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counted.TrySetResult((instrument.Name, value, (string?)tags.ToArray().FirstOrDefault(static tag => tag.Key == "type").Value)));
        listener.Start();
        metrics.CountOf(static () => ["web1"]);
        var entry = JournalEntry.From(8, new("web1", name, origin, JsonText.From(JsonElement.Parse(data)), null), DateTimeOffset.UnixEpoch);
        using var counting = new JournalMetrics(new ForgetfulJournal(entry, failure), metrics, time ?? TimeProvider.System, NullLogger<JournalMetrics>.Instance);

        await counting.StartAsync(CancellationToken.None);
        using var limit = new CancellationTokenSource(TestSignal.Patience);
        while (!counted.Task.IsCompleted)
        {
            Assert.False(counting.ExecuteTask!.IsCompleted || limit.IsCancellationRequested, "nothing was counted");
            await Task.Yield();
            time?.Advance(TimeSpan.FromSeconds(1));
            listener.RecordObservableInstruments();
        }

        await counting.StopAsync(CancellationToken.None);

        return await counted.Task;
    }

    /// <summary>Has dropped what a reader is to see next, and then has one entry.</summary>
    private sealed class ForgetfulJournal(JournalEntry entry, Exception? failure) : IJournal
    {
        private Exception? failure = failure;

        public long Head => 0;

        public long LastAppended => entry.Id;

        public long Append(NewEvent entry) => throw new NotSupportedException();

        public long Oldest(EventFilter filter) => entry.Id - 1;

        public void Validate(EventFilter filter, long after) => throw new NotSupportedException();

        public ValueTask<JournalBatch> ReadAsync(EventFilter filter, long after, int limit, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<JournalBatch> FollowAsync(
            EventFilter filter, long after, TimeSpan? heartbeat, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (after < entry.Id - 1)
            {
                throw new CursorExpiredException(after, entry.Id - 1);
            }

            if (Interlocked.Exchange(ref failure, null) is { } once)
            {
                throw once;
            }

            yield return new JournalBatch([entry], entry.Id);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
