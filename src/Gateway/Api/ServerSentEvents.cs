using System.Buffers;
using System.Text;
using Gateway.Api.Problems;
using Gateway.Journal;
using Gateway.Limits;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api;

/// <summary>Sends the journal as server-sent events (WHATWG HTML, section 9.2).</summary>
public sealed class ServerSentEvents(JournalReaders readers, Places places, IHostApplicationLifetime lifetime)
{
    // Half of what the contract allows between two signs of life.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(7.5);

    /// <summary>Writes events after a cursor until the reader goes, the gateway ends, or what the reader has not seen is dropped.</summary>
    /// <exception cref="LimitReachedException">There are as many readers as may be.</exception>
    public async Task WriteAsync(HttpContext context, EventFilter filter, long after)
    {
        using var place = HttpMethods.IsHead(context.Request.Method) ? null : places.TakeReader();
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

        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await response.StartAsync(over.Token);
            // Kestrel keeps the headers back until something is flushed, and the first event may be long in coming.
            await response.BodyWriter.FlushAsync(over.Token);
            await foreach (var batch in readers.FollowAsync(JournalReaders.ServerSentEvents, filter, after, Heartbeat, over.Token))
            {
                Write(response.BodyWriter, batch);
                await response.BodyWriter.FlushAsync(over.Token);
            }
        }
        catch (CursorExpiredException expired)
        {
            // The status is sent already: the reader is told in the stream, and a reconnect gets 410.
            response.BodyWriter.Write(Encoding.UTF8.GetBytes(
                $"event: {ProblemKind.CursorExpired.Slug}\ndata: {{\"oldest\":\"{Cursors.Write(expired.Oldest)}\"}}\n\n"));
            await response.BodyWriter.FlushAsync(over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The reader went, or the gateway ends.
        }
    }

    private static void Write(IBufferWriter<byte> to, JournalBatch batch)
    {
        foreach (var entry in batch.Entries)
        {
            // A name is one line here, whatever QEMU calls its event.
            var name = entry.Name.AsSpan().ContainsAny('\r', '\n') ? "" : $"event: {entry.Name}\n";
            to.Write(Encoding.UTF8.GetBytes($"id: {Cursors.Write(entry.Id)}\n{name}data: "));
            to.Write(entry.Envelope.Span);
            to.Write("\n\n"u8);
        }

        if (batch.Entries.Count == 0)
        {
            // An id without data moves the reader's cursor on and shows nothing.
            to.Write(Encoding.UTF8.GetBytes($": still here\nid: {Cursors.Write(batch.Cursor)}\n\n"));
        }
    }
}
