using System.Buffers;
using Gateway.Journal;
using Gateway.Requests.Reading;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Gateway.Hubs;

/// <summary>The subscription of one connection: reads entries from the journal and writes them to the connection.</summary>
internal sealed partial class HubSubscription : IAsyncDisposable
{
    private readonly CancellationTokenSource over;
    private readonly Task running;

    /// <param name="connection">The connection to write to.</param>
    /// <param name="readers">The journal's readers.</param>
    /// <param name="large">Limits how many large events are written at a time.</param>
    /// <param name="place">The place under the limit on readers, released when the subscription ends.</param>
    /// <param name="filter">Which events to send, and how.</param>
    /// <param name="logger">Logs failures.</param>
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
                // Entries that were read before the subscription ended are not written after it, because a slow client can make the write take long.
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
            // The client cannot tell a failed subscription from a quiet one. Aborting the connection makes it reconnect and resume from its cursor.
            LogFailed(logger, failure);
            connection.Abort();
        }
    }

    /// <summary>Writes all entries in one write. Both protocols delimit their messages.</summary>
    private static ValueTask WriteAsync(HubConnectionContext connection, JournalBatch batch, bool catchAll) => WriteAsync(connection, batch.Entries is [var only]
        ? Serialized(only, catchAll)
        : new SerializedHubMessage([new SerializedMessage(
            connection.Protocol.Name,
            batch.As(catchAll ? $"{connection.Protocol.Name} {HubMethods.Event}" : connection.Protocol.Name, entries => Serialize(entries, connection.Protocol, catchAll)))]));

    /// <summary>
    /// Writes a message. Only the end of the connection cancels the write, not the end of the subscription, because SignalR aborts a connection when a
    /// write is cancelled.
    /// </summary>
    private static ValueTask WriteAsync(HubConnectionContext connection, SerializedHubMessage message) =>
        connection.WriteAsync(message, connection.ConnectionAborted);

    /// <summary>Returns the entry as a call of a client method. It is serialized once per protocol, for all connections.</summary>
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

    [LoggerMessage(52, LogLevel.Error, "A subscription failed, so its connection was closed.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
