using System.Text;
using Gateway.Journal;
using Microsoft.AspNetCore.Mvc;

namespace Gateway.Requests.Reading;

/// <summary>A large page of history. It is written while it is read, so that a slow caller occupies the memory of one part at most.</summary>
/// <param name="history">The history to read.</param>
/// <param name="first">The first part. It is not empty.</param>
/// <param name="limit">The maximum number of entries on the page.</param>
internal sealed class EventPages(History history, JournalBatch first, int limit) : ActionResult
{
    /// <summary>The maximum size in bytes of a page that is sent whole, and of a part of a larger page. A single entry may be larger.</summary>
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
            // The status is already sent. A page that just ended would look complete.
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
            // The entries on this page are valid. The request for the next page fails with an expired cursor.
            return null;
        }
    }
}
