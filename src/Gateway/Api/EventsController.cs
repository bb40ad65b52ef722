using System.Buffers;
using System.ComponentModel.DataAnnotations;
using Gateway.Api.Binding;
using Gateway.Api.Json;
using Gateway.Api.OpenApi;
using Gateway.Api.Problems;
using Gateway.Contracts;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Security;
using Gateway.Vms;
using Microsoft.AspNetCore.Mvc;

namespace Gateway.Api;

/// <summary>The journal: history and live.</summary>
[ApiController]
[Tags("Events")]
public sealed class EventsController(IJournal journal, ServerSentEvents stream, TimeProvider time, IHostApplicationLifetime lifetime) : ControllerBase
{
    private const int DefaultLimit = 100;

    /// <summary>Reads events of all VMs, as history or as a live stream.</summary>
    /// <remarks>
    /// With <c>Accept: application/json</c>: history, oldest first; <c>next</c> is the cursor to go on from, also when there are no items.
    /// With <c>Accept: text/event-stream</c>: live, resumed by <c>Last-Event-ID</c> (which wins) or <c>after</c>, from now on without either;
    /// <c>limit</c> and <c>wait</c> are for history. <c>data.NAME=VALUE</c> matches a member of the payload; dots reach inside.
    /// </remarks>
    /// <param name="vm">Only events of these VMs; <c>*</c> stands for any text. Repeatable: any of them.</param>
    /// <param name="event">Only events of this name. Repeatable: any of them.</param>
    /// <param name="after">The cursor to read on from; <c>start</c> is the oldest kept, and so is nothing at all in history.</param>
    /// <param name="limit">At most so many; 100 where nothing is said.</param>
    /// <param name="wait">Holds an empty answer back until something comes, so many seconds at most.</param>
    /// <param name="lastEventId">The cursor that a stream resumes from.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    [HttpGet("events", Name = "ReadEvents")]
    [Waits("wait")]
    [QueryPrefix(EventQuery.DataPrefix)]
    [ProducesResponseType<EventPage>(StatusCodes.Status200OK, "application/json", "text/event-stream")]
    [Problems(nameof(ProblemKind.CursorExpired))]
    public Task<IActionResult> Read(
        [FromQuery] string[]? vm,
        [FromQuery] string[]? @event,
        [FromQuery] string? after,
        [FromQuery, Range(1, 1000)] int? limit,
        [FromQuery, Range(1, 60)] int? wait,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        CancellationToken cancellationToken) =>
        AnswerAsync(vm ?? [], @event ?? [], after, limit, wait, lastEventId, cancellationToken);

    /// <summary>Reads events of one VM, as history or as a live stream.</summary>
    /// <remarks>The same as <c>/events?vm={vm}</c>, for a VM that is known.</remarks>
    /// <inheritdoc cref="Read" path="/param"/>
    [HttpGet("vms/{vm}/events", Name = "ReadEventsOfVm")]
    [Access(Role.Viewer)]
    [Waits("wait")]
    [QueryPrefix(EventQuery.DataPrefix)]
    [ProducesResponseType<EventPage>(StatusCodes.Status200OK, "application/json", "text/event-stream")]
    [Problems(nameof(ProblemKind.VmNotFound), nameof(ProblemKind.CursorExpired))]
    public Task<IActionResult> ReadOfVm(
        [FromVm] IVm vm,
        [FromQuery] string[]? @event,
        [FromQuery] string? after,
        [FromQuery, Range(1, 1000)] int? limit,
        [FromQuery, Range(1, 60)] int? wait,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        CancellationToken cancellationToken) =>
        AnswerAsync([vm.Id], @event ?? [], after, limit, wait, lastEventId, cancellationToken);

    private async Task<IActionResult> AnswerAsync(
        string[] vms, string[] events, string? after, int? limit, int? wait, string? lastEventId, CancellationToken cancellationToken)
    {
        var filter = EventQuery.Filter(Request, vms, events).Within(User.Access().Grants.Visible);
        if (EventQuery.WantsStream(Request))
        {
            if ((limit ?? wait) is not null)
            {
                throw new InvalidRequestException(limit is null ? "wait" : "limit", "is for history, not for a stream");
            }

            var from = (lastEventId ?? after) is { } cursor ? journal.Resolve(filter, cursor) : journal.Head;
            await stream.WriteAsync(HttpContext, filter, from);
            return new EmptyResult();
        }

        return await HistoryAsync(filter, after ?? Cursors.Start, limit ?? DefaultLimit, wait, cancellationToken);
    }

    private async Task<IActionResult> HistoryAsync(EventFilter filter, string from, int limit, int? wait, CancellationToken cancellationToken)
    {
        var until = time.GetTimestamp();
        var page = await journal.ReadPageAsync(filter, from, limit, cancellationToken, EventPages.MaxAtOnce);
        var (found, after) = (page.Entries.ToList(), page.Cursor);
        if (found.Count == 0 && wait is { } seconds)
        {
            var patience = TimeSpan.FromSeconds(seconds) - time.GetElapsedTime(until);
            var next = await NextAsync(filter, after, patience > TimeSpan.Zero ? patience : TimeSpan.FromTicks(1), cancellationToken);
            found.AddRange(next.Entries.Take(limit));
            after = found.Count == next.Entries.Count ? next.Cursor : found[^1].Id;
        }

        return new JournalBatch(found, after) is { Size: > EventPages.MaxAtOnce } large
            ? new EventPages(journal, filter, large, limit)
            : new JsonTextResult(Page(found, after));
    }

    /// <summary>Waits for the next entries; none when it takes too long, or the gateway ends.</summary>
    private async Task<JournalBatch> NextAsync(EventFilter filter, long after, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, cancellationToken);
        try
        {
            await using var batches = journal.FollowAsync(filter, after, patience, either.Token).GetAsyncEnumerator(either.Token);
            await batches.MoveNextAsync();
            return batches.Current;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new JournalBatch([], after);
        }
    }

    private static ReadOnlyMemory<byte> Page(List<JournalEntry> entries, long next)
    {
        var page = new ArrayBufferWriter<byte>(entries.Sum(static entry => entry.Envelope.Length + 1) + 64);
        page.Write("{\"items\":["u8);
        for (var i = 0; i < entries.Count; i++)
        {
            page.Write(i == 0 ? ""u8 : ","u8);
            page.Write(entries[i].Envelope.Span);
        }

        page.Write("],\"next\":\""u8);
        page.Write(System.Text.Encoding.ASCII.GetBytes(Cursors.Write(next)));
        page.Write("\"}"u8);
        return page.WrittenMemory;
    }
}
