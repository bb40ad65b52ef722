using System.Buffers;
using Gateway.Journal;
using Gateway.Requests.Reading;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Gateway.Hubs;

/// <summary>One connection's subscription: a reader of the journal that writes what it reads.</summary>
internal sealed partial class HubSubscription : IAsyncDisposable
{
    private readonly CancellationTokenSource over;
    private readonly Task running;

    /// <param name="connection">Where to write.</param>
    /// <param name="readers">Where to read.</param>
    /// <param name="large">Gives turns to write large events.</param>
    /// <param name="place">Given back as soon as the subscription ends.</param>
    /// <param name="filter">What to read, and how to send it.</param>
    /// <param name="logger">Hears of failures.</param>
    public HubSubscription(
        HubConnectionContext connection, JournalReaders readers, LargeMessages large, IDisposable place, HubFilter filter, ILogger logger)
    {
        over = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionAborted);
        running = Task.Run(async () =>
        {
            using (place)
            {
                await RunAsync(connection, readers, large, filter, logger, over.Token);
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        over.Dispose();
    }

    private static async Task RunAsync(
        HubConnectionContext connection, JournalReaders readers, LargeMessages large, HubFilter filter, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var batch in readers.FollowAsync(JournalReaders.Hub, filter.Events, filter.After, EventsHub.Heartbeat, cancellationToken))
            {
                using var turn = batch.Entries is [var only] ? await large.TakeAsync(only, connection.Abort, cancellationToken) : null;
                // What was read before the end is not written after it: the write may last as long as the client likes.
                cancellationToken.ThrowIfCancellationRequested();
                await (batch.Entries.Count > 0
                    ? WriteAsync(connection, batch, filter.CatchAll)
                    : WriteAsync(connection, new SerializedHubMessage(new InvocationMessage(HubMethods.Checkpoint, [Cursors.Write(batch.Cursor)]))));
            }
        }
        catch (CursorExpiredException expired)
        {
            var oldest = GatewayEvents.Json(json => json.WriteString("oldest", Cursors.Write(expired.Oldest)));
            await WriteAsync(connection, new SerializedHubMessage(new InvocationMessage(HubMethods.CursorExpired, [oldest])));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // A client that only hears no more would take it for quiet: the connection ends, and it resumes by its cursor.
            LogFailed(logger, failure);
            connection.Abort();
        }
    }

    /// <summary>Writes entries, all in one write: both protocols say by themselves where a message ends.</summary>
    private static ValueTask WriteAsync(HubConnectionContext connection, JournalBatch batch, bool catchAll) => WriteAsync(connection, batch.Entries is [var only]
        ? Serialized(only, catchAll)
        : new SerializedHubMessage([new SerializedMessage(
            connection.Protocol.Name,
            batch.As(catchAll ? $"{connection.Protocol.Name} {HubMethods.Event}" : connection.Protocol.Name, entries => Serialize(entries, connection.Protocol, catchAll)))]));

    /// <summary>Writes one whole message: SignalR aborts a connection when a write is cancelled, and a subscription may end before its connection.</summary>
    private static ValueTask WriteAsync(HubConnectionContext connection, SerializedHubMessage message) =>
        connection.WriteAsync(message, connection.ConnectionAborted);

    /// <summary>The entry as a call of a client method, serialized once for each protocol.</summary>
    private static SerializedHubMessage Serialized(JournalEntry entry, bool catchAll) => (SerializedHubMessage)(catchAll
        ? entry.HubEvent ?? Interlocked.CompareExchange(ref entry.HubEvent, Serialize(entry, HubMethods.Event), null) ?? entry.HubEvent
        : entry.HubMessage ?? Interlocked.CompareExchange(ref entry.HubMessage, Serialize(entry, HubMethods.For(entry)), null) ?? entry.HubMessage);

    internal static SerializedHubMessage Serialize(JournalEntry entry, string method) => new(new InvocationMessage(method, [HubEnvelope.Of(entry)]));

    private static ReadOnlyMemory<byte> Serialize(IReadOnlyList<JournalEntry> entries, IHubProtocol protocol, bool catchAll)
    {
        var bytes = new ArrayBufferWriter<byte>(2 * ReaderBounds.Chunk);
        foreach (var entry in entries)
        {
            bytes.Write(Serialized(entry, catchAll).GetSerializedMessage(protocol).Span);
        }

        return bytes.WrittenMemory;
    }

    [LoggerMessage(52, LogLevel.Error, "A subscription failed; its connection is closed.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
