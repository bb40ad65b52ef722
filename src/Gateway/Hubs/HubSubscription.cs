using System.Buffers;
using Gateway.Api;
using Gateway.Journal;
using Gateway.Vms;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Qmp;

namespace Gateway.Hubs;

/// <summary>One connection's subscription: a reader of the journal that writes what it reads.</summary>
internal sealed partial class HubSubscription : IAsyncDisposable
{
    /// <summary>Sent when nothing else was for a while: the cursor has moved on to here.</summary>
    public const string Checkpoint = "Checkpoint";

    /// <summary>Sent when the subscription ends because events that it has not sent yet are no longer kept.</summary>
    public const string CursorExpired = "CursorExpired";

    private readonly CancellationTokenSource over;
    private readonly Task running;

    /// <param name="connection">Where to write.</param>
    /// <param name="readers">Where to read.</param>
    /// <param name="place">Given back as soon as the subscription ends.</param>
    /// <param name="filter">What to read.</param>
    /// <param name="after">From where on.</param>
    /// <param name="logger">Hears of failures.</param>
    public HubSubscription(
        HubConnectionContext connection, JournalReaders readers, IDisposable place, EventFilter filter, long after, ILogger logger)
    {
        over = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionAborted);
        running = Task.Run(async () =>
        {
            using (place)
            {
                await RunAsync(connection, readers, filter, after, logger, over.Token);
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
        HubConnectionContext connection, JournalReaders readers, EventFilter filter, long after, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var batch in readers.FollowAsync(JournalReaders.Hub, filter, after, EventsHub.Heartbeat, cancellationToken))
            {
                // What was read before the end is not written after it: the write may last as long as the client likes.
                cancellationToken.ThrowIfCancellationRequested();
                await WriteAsync(connection, batch.Entries, cancellationToken);
                if (batch.Entries.Count == 0)
                {
                    await WriteAsync(connection, new SerializedHubMessage(new InvocationMessage(Checkpoint, [Cursors.Write(batch.Cursor)])));
                }
            }
        }
        catch (CursorExpiredException expired)
        {
            var oldest = GatewayEvents.Json(json => json.WriteString("oldest", Cursors.Write(expired.Oldest)));
            await WriteAsync(connection, new SerializedHubMessage(new InvocationMessage(CursorExpired, [oldest])));
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // A client that only hears no more would take it for quiet: the connection ends, and it resumes by its cursor.
            LogFailed(logger, failure);
            connection.Abort();
        }
    }

    /// <summary>
    /// Writes entries, several in one write where a reader has a backlog: both protocols say by themselves where a message ends. To 100 readers that made it
    /// 1.6 times the events a second.
    /// </summary>
    private static async ValueTask WriteAsync(HubConnectionContext connection, IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 1)
        {
            await WriteAsync(connection, Serialized(entries[0]));
            return;
        }

        var together = ArrayPool<byte>.Shared.Rent(ReaderBounds.Chunk);
        try
        {
            var length = 0;
            foreach (var entry in entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var message = Serialized(entry).GetSerializedMessage(connection.Protocol);
                if (length > 0 && length + message.Length > together.Length)
                {
                    await WriteAsync(connection, Written(connection, together.AsMemory(0, length)));
                    length = 0;
                }

                if (message.Length > together.Length)
                {
                    await WriteAsync(connection, Serialized(entry));
                    continue;
                }

                message.CopyTo(together.AsMemory(length));
                length += message.Length;
            }

            if (length > 0)
            {
                await WriteAsync(connection, Written(connection, together.AsMemory(0, length)));
            }
        }
        finally
        {
            // What was written is copied by then.
            ArrayPool<byte>.Shared.Return(together);
        }
    }

    private static SerializedHubMessage Written(HubConnectionContext connection, ReadOnlyMemory<byte> messages) => new([new SerializedMessage(connection.Protocol.Name, messages)]);

    /// <summary>Writes one whole message: SignalR aborts a connection when a write is cancelled, and a subscription may end before its connection.</summary>
    private static ValueTask WriteAsync(HubConnectionContext connection, SerializedHubMessage message) =>
        connection.WriteAsync(message, connection.ConnectionAborted);

    /// <summary>The entry as a call of the client method of its name, serialized once for each protocol.</summary>
    private static SerializedHubMessage Serialized(JournalEntry entry) => (SerializedHubMessage)(entry.HubMessage ??= Serialize(entry));

    internal static SerializedHubMessage Serialize(JournalEntry entry) => new(new InvocationMessage(entry.Name, [new JsonText(entry.Envelope)]));

    [LoggerMessage(52, LogLevel.Error, "A subscription failed; its connection is closed.")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
