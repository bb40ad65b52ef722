using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Gateway.Requests.Reading;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Streams;

/// <summary>Sends the journal as server-sent events (WHATWG HTML, section 9.2).</summary>
public sealed class ServerSentEvents(JournalReaders readers, Places places, IHostApplicationLifetime lifetime, TimeProvider time)
{
    // "id: ", "event: ", "data: ", line ends, and an id.
    private const int FieldNames = 64;

    // Half of what the contract allows between two signs of life.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(7.5);

    /// <summary>Writes events after a cursor until the reader goes, the gateway ends, or what the reader has not seen is dropped.</summary>
    /// <exception cref="LimitReachedException">There are as many readers as may be.</exception>
    public async Task WriteAsync(HttpContext context, EventFilter filter, long after)
    {
        using var place = HttpMethods.IsHead(context.Request.Method) ? null : places.Take(Work.Reader, vm: null, context.User.LimitedAs());
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.Headers["X-Cursor"] = Cursors.Write(after);
        if (place is null)
        {
            // The headers are all there is to HEAD (RFC 9110, 9.3.2), and a stream without content would not end.
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();

        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, stalled.Token);
        try
        {
            await response.StartAsync(over.Token);
            // Kestrel keeps the headers back until something is flushed, and the first event may be long in coming.
            await FlushAsync();
            await FollowAsync();
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested)
        {
            // A stream that only ended would look whole; this one is resumed by its cursor.
            context.Abort();
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            EndSoon(context);
        }

        async Task FollowAsync()
        {
            try
            {
                await foreach (var batch in readers.FollowAsync(JournalReaders.ServerSentEvents, filter, after, Heartbeat, over.Token))
                {
                    await WriteAsync(batch);
                }
            }
            catch (CursorExpiredException expired)
            {
                // The status is sent already: the reader is told in the stream, and a reconnect gets 410.
                response.BodyWriter.Write(Encoding.UTF8.GetBytes(
                    $"event: {ProblemKind.CursorExpired.Slug}\ndata: {{\"oldest\":\"{Cursors.Write(expired.Oldest)}\"}}\n\n"));
                await FlushAsync();
            }
        }

        ValueTask WriteAsync(JournalBatch batch) => batch.Entries is [{ Envelope.Length: > ReaderBounds.Chunk } large]
            ? WriteLargeAsync(large)
            // An id without data moves the reader's cursor on and shows nothing.
            : WritePartAsync(batch.Entries.Count == 0
                ? Encoding.UTF8.GetBytes($": still here\nid: {Cursors.Write(batch.Cursor)}\n\n")
                : batch.As(JournalReaders.ServerSentEvents, Encode));

        // In parts: a write is copied whole for its reader, while the entry's own bytes are there once.
        async ValueTask WriteLargeAsync(JournalEntry entry)
        {
            await WritePartAsync(Encoding.UTF8.GetBytes($"id: {Cursors.Write(entry.Id)}\n{(NameOf(entry) is { Length: > 0 } name ? $"event: {name}\n" : "")}data: "));
            for (var rest = entry.Envelope; rest.Length > 0; rest = rest[Math.Min(rest.Length, ReaderBounds.Chunk)..])
            {
                await WritePartAsync(rest[..Math.Min(rest.Length, ReaderBounds.Chunk)]);
            }

            await WritePartAsync("\n\n"u8.ToArray());
        }

        ValueTask WritePartAsync(ReadOnlyMemory<byte> part) => FlushedAsync(response.BodyWriter.WriteAsync(part, over.Token));

        ValueTask FlushAsync() => FlushedAsync(response.BodyWriter.FlushAsync(over.Token));

        async ValueTask FlushedAsync(ValueTask<FlushResult> flush)
        {
            if (!flush.IsCompleted)
            {
                stalled.CancelAfter(ReaderBounds.Stall);
            }

            await flush;
            stalled.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    internal static ReadOnlyMemory<byte> Encode(IReadOnlyList<JournalEntry> entries)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(entries.Sum(static entry => FieldNames + Encoding.UTF8.GetByteCount(entry.Name) + entry.Envelope.Length));
        var length = 0;
        foreach (var entry in entries)
        {
            var name = NameOf(entry);
            Append("id: "u8);
            entry.Id.TryFormat(bytes.AsSpan(length), out var digits, provider: CultureInfo.InvariantCulture);
            length += digits;
            if (name.Length > 0)
            {
                Append("\nevent: "u8);
                length += Encoding.UTF8.GetBytes(name, bytes.AsSpan(length));
            }

            Append("\ndata: "u8);
            Append(entry.Envelope.Span);
            Append("\n\n"u8);
        }

        return bytes.AsMemory(0, length);

        void Append(ReadOnlySpan<byte> part)
        {
            part.CopyTo(bytes.AsSpan(length));
            length += part.Length;
        }
    }

    /// <summary>
    /// What stands in the field <c>event</c>; empty where there is none, which browsers call <c>message</c>. A name is one line here, and a VM that calls
    /// its event like the gateway's control message, or like what browsers tell of the stream itself, does not reach who listens for those.
    /// </summary>
    private static string NameOf(JournalEntry entry) =>
        entry.Name is "error" or "open" || entry.Name == ProblemKind.CursorExpired.Slug || entry.Name.AsSpan().ContainsAny('\r', '\n') ? "" : entry.Name;

    /// <summary>
    /// The reader went, or the gateway ends: then the stream ends as a whole one. Who does not read even that would keep its connection,
    /// and with it the gateway, from ending.
    /// </summary>
    private void EndSoon(HttpContext context)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested && HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.Features.Get<IConnectionLifetimeFeature>() is { } connection)
        {
            _ = AbortAsync(connection);
        }
    }

    private async Task AbortAsync(IConnectionLifetimeFeature connection)
    {
        await Task.Delay(ReaderBounds.Farewell, time);
        connection.Abort();
    }
}
