using System.Text;
using Gateway.Journal;
using Microsoft.AspNetCore.Mvc;

namespace Gateway.Requests.Reading;

/// <summary>A page of history that is large: written as it is read, so that a caller that does not read holds a part of it at most.</summary>
/// <param name="history">What to read.</param>
/// <param name="first">The first part, which has entries.</param>
/// <param name="limit">How many entries there may be in all.</param>
internal sealed class EventPages(History history, JournalBatch first, int limit) : ActionResult
{
    /// <summary>Bytes of a page that is answered whole, and of a part of a larger one, unless it is one entry.</summary>
    public const int MaxAtOnce = 1024 * 1024;

    public override async Task ExecuteResultAsync(ActionContext context)
    {
        context.HttpContext.Response.ContentType = "application/json; charset=utf-8";
        try
        {
            await WriteAsync(context.HttpContext.Response);
        }
        catch (JournalUnreadableException)
        {
            // The status is sent already, and a page that only ended would look whole.
            context.HttpContext.Abort();
        }
    }

    private async Task WriteAsync(HttpResponse response)
    {
        var callerGone = false;
        await WriteAsync("{\"items\":["u8.ToArray());
        var part = first;
        for (var left = limit; ;)
        {
            foreach (var entry in part.Entries)
            {
                await WriteAsync(left-- == limit ? default : ","u8.ToArray());
                for (var rest = entry.Envelope; rest.Length > 0; rest = rest[Math.Min(rest.Length, ReaderBounds.Chunk)..])
                {
                    await WriteAsync(rest[..Math.Min(rest.Length, ReaderBounds.Chunk)]);
                }
            }

            if (callerGone || left == 0 || history.EndsAt(part.Cursor) || await NextAsync(part.Cursor, left) is not { } next)
            {
                break;
            }

            part = next;
        }

        await WriteAsync(Encoding.ASCII.GetBytes($"],\"next\":\"{Cursors.Write(part.Cursor)}\"}}"));

        async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => callerGone = callerGone || (await response.BodyWriter.WriteAsync(bytes)).IsCompleted;
    }

    private async Task<JournalBatch?> NextAsync(long after, int left)
    {
        try
        {
            return await history.ReadPageAsync(Cursors.Write(after), left, CancellationToken.None, MaxAtOnce);
        }
        catch (CursorExpiredException)
        {
            // What was written is right; whoever reads on is told.
            return null;
        }
    }
}
