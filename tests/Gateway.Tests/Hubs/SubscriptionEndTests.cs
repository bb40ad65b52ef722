using System.IO.Pipelines;
using System.Text;
using Gateway.Hubs;
using Gateway.Journal;
using Gateway.Tests.Journal;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Tests.Hubs;

/// <summary>How a subscription ends, on a connection whose client the test plays.</summary>
public sealed class SubscriptionEndTests
{
    private readonly Pipe toClient = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 0));
    private readonly HubConnectionContext connection;

    public SubscriptionEndTests()
    {
        var line = new DefaultConnectionContext("1") { Transport = new Line(new Pipe().Reader, toClient.Writer) };
        connection = new HubConnectionContext(line, new HubConnectionContextOptions(), NullLoggerFactory.Instance) { Protocol = new JsonHubProtocol() };
    }

    [Fact]
    public async Task One_that_ends_while_its_client_does_not_read_leaves_the_connection_whole()
    {
        using var journal = new TestJournal();
        var subscription = new HubSubscription(connection, new JournalReaders(journal.Journal), new LargeMessages(TimeProvider.System), Stream.Null, new HubFilter(EventFilter.All, 0), NullLogger.Instance);
        journal.AppendMany(2);
        // The first event is there, and its write does not end before it is read.
        var blocked = await toClient.Reader.ReadAsync(TestJournal.Cancelled);

        var ended = subscription.DisposeAsync().AsTask();
        Assert.False(connection.ConnectionAborted.IsCancellationRequested);
        toClient.Reader.AdvanceTo(blocked.Buffer.End);
        await ended.WaitAsync(TestJournal.Patience, TestJournal.Cancelled);

        Assert.False(connection.ConnectionAborted.IsCancellationRequested);
        Assert.False(toClient.Reader.TryRead(out _));
    }

    [Fact]
    public async Task One_that_fails_ends_the_connection()
    {
        var aborted = new TaskCompletionSource();
        await using var registration = connection.ConnectionAborted.Register(aborted.SetResult);

        await using var subscription = new HubSubscription(connection, new JournalReaders(new BrokenJournal()), new LargeMessages(TimeProvider.System), Stream.Null, new HubFilter(EventFilter.All, 0), NullLogger.Instance);

        await aborted.Task.WaitAsync(TestJournal.Patience, TestJournal.Cancelled);
    }

    [Fact]
    public async Task One_that_fell_too_far_behind_is_told_where_to_go_on_and_keeps_its_connection()
    {
        await using var subscription = new HubSubscription(
            connection, new JournalReaders(new BrokenJournal { Failure = new CursorExpiredException(1, 7) }), new LargeMessages(TimeProvider.System), Stream.Null, new HubFilter(EventFilter.All, 0), NullLogger.Instance);

        var told = await toClient.Reader.ReadAsync(TestJournal.Cancelled).AsTask().WaitAsync(TestJournal.Patience, TestJournal.Cancelled);

        Assert.Contains("\"target\":\"CursorExpired\"", Encoding.UTF8.GetString(told.Buffer), StringComparison.Ordinal);
        toClient.Reader.AdvanceTo(told.Buffer.End);
        Assert.False(connection.ConnectionAborted.IsCancellationRequested);
    }

    private sealed record Line(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class BrokenJournal : IJournal
    {
        public Exception Failure { get; init; } = new IOException("the disk is broken");

        public long Head => 0;

        public long LastAppended => 0;

        public long Append(NewEvent entry) => throw new NotSupportedException();

        public long Oldest(EventFilter filter) => 0;

        public void Validate(EventFilter filter, long after)
        {
        }

        public ValueTask<JournalBatch> ReadAsync(EventFilter filter, long after, int limit, CancellationToken cancellationToken) =>
            throw Failure;

        public IAsyncEnumerable<JournalBatch> FollowAsync(EventFilter filter, long after, TimeSpan? heartbeat, CancellationToken cancellationToken) =>
            throw Failure;
    }
}
