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

    // Half of the longest silence that the contract allows.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(7.5);

    /// <summary>Writes the events after a cursor, until the reader disconnects, the gateway shuts down, or events that the reader has not read are deleted.</summary>
    /// <exception cref="LimitReachedException">The limit on readers is reached.</exception>
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
            // A response to HEAD has only headers (RFC 9110, section 9.3.2). The stream itself would never end.
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();

        using var stalled = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, stalled.Token);
        try
        {
            await response.StartAsync(over.Token);
            // Kestrel sends the headers with the first flush, and the first event may take a long time.
            await FlushAsync();
            await FollowAsync();
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested)
        {
            // Aborted, because a stream that ends normally would look complete. The client resumes from its cursor.
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
                // The status is already sent, so the stream itself reports the error. A reconnect gets 410.
                response.BodyWriter.Write(Encoding.UTF8.GetBytes(
                    $"event: {ProblemKind.CursorExpired.Slug}\ndata: {{\"oldest\":\"{Cursors.Write(expired.Oldest)}\"}}\n\n"));
                await FlushAsync();
            }
        }

        ValueTask WriteAsync(JournalBatch batch) => batch.Entries is [{ Envelope.Length: > ReaderBounds.Chunk } large]
            ? WriteLargeAsync(large)
            // An id without data advances the reader's cursor without dispatching an event.
            : WritePartAsync(batch.Entries.Count == 0
                ? Encoding.UTF8.GetBytes($": still here\nid: {Cursors.Write(batch.Cursor)}\n\n")
                : batch.As(JournalReaders.ServerSentEvents, Encode));

        // In parts, because each write is copied for its reader. The entry's own bytes are shared by all readers.
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
    /// Returns the value of the field <c>event</c>. If it is empty, the field is left out, and browsers dispatch the event as <c>message</c>. That is done
    /// for names with line breaks, and for names that clients would take for the gateway's control message or for a browser's own events
    /// (<c>open</c>, <c>error</c>).
    /// </summary>
    private static string NameOf(JournalEntry entry) =>
        entry.Name is "error" or "open" || entry.Name == ProblemKind.CursorExpired.Slug || entry.Name.AsSpan().ContainsAny('\r', '\n') ? "" : entry.Name;

    /// <summary>
    /// Ends the stream normally after the reader has disconnected or when the gateway shuts down. A reader that does not read the end of the stream would
    /// keep the connection open and delay the shutdown, so the connection is aborted after a short time.
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
