using System.Buffers;
using System.ComponentModel.DataAnnotations;
using Gateway.Access;
using Gateway.Api.OpenApi;
using Gateway.Api.Streams;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Requests.Binding;
using Gateway.Requests.Limits;
using Gateway.Requests.Problems;
using Gateway.Requests.Reading;
using Gateway.Vms;
using Microsoft.AspNetCore.Mvc;
using QmpGateway.Contracts;

namespace Gateway.Api;

/// <summary>The journal: history and live.</summary>
[ApiController]
[Tags("Events")]
[Streams]
public sealed class EventsController(IJournal journal, IVms vms, ServerSentEvents stream, TimeProvider time, IHostApplicationLifetime lifetime) : ControllerBase
{
    private const int DefaultLimit = 100;

    /// <summary>Reads events of all VMs, as history or as a live stream.</summary>
    /// <remarks>
    /// With <c>Accept: application/json</c>: history, oldest first unless <c>order=desc</c>. <c>next</c> is the cursor to continue from, also when there are no items.
    /// With <c>Accept: text/event-stream</c>: a live stream. It resumes from <c>Last-Event-ID</c>, or else from <c>after</c>; without either it starts now.
    /// <c>limit</c>, <c>wait</c>, <c>since</c>, <c>until</c> and <c>order=desc</c> apply to history only. <c>data.NAME=VALUE</c> matches a member of the payload; dots
    /// address nested members.
    /// </remarks>
    /// <param name="vm">Only events of these VMs; <c>*</c> matches any text. Repeatable: one must match.</param>
    /// <param name="event">Only events of this name; <c>*</c> matches any text. Repeatable: one must match.</param>
    /// <param name="label">Only events of VMs that have this label now, as <c>key=value</c>. Repeatable: all must match.</param>
    /// <param name="since">Only events received at this time or later: an RFC 3339 time, or an age such as <c>15m</c>, <c>2h</c> or <c>7d</c>.</param>
    /// <param name="until">Only events received before this time.</param>
    /// <param name="order"><c>asc</c>, the default, or <c>desc</c>: newest first. With <c>desc</c>, <c>after</c> selects older events, and <c>next</c> continues towards the oldest.</param>
    /// <param name="after">The cursor to continue from; <c>start</c> is the oldest kept. Without it, history starts at its oldest event, or at its newest with <c>order=desc</c>.</param>
    /// <param name="limit">The maximum number of events. Default: 100.</param>
    /// <param name="wait">If there are no events yet, the maximum number of seconds to wait for one.</param>
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
        [FromQuery] string[]? label,
        [FromQuery] string? since,
        [FromQuery] string? until,
        [FromQuery, RegularExpression("^(asc|desc)$")] string? order,
        [FromQuery] string? after,
        [FromQuery, Range(1, 1000)] int? limit,
        [FromQuery, Range(1, 60)] int? wait,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        CancellationToken cancellationToken) =>
        AnswerAsync(Filter(vm ?? [], @event, label, since, until), order, after, limit, wait, lastEventId, cancellationToken);

    /// <summary>Reads events of one VM, as history or as a live stream.</summary>
    /// <remarks>The same as <c>/events?vm={vm}</c>, but the VM must exist.</remarks>
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
        [FromQuery] string[]? label,
        [FromQuery] string? since,
        [FromQuery] string? until,
        [FromQuery, RegularExpression("^(asc|desc)$")] string? order,
        [FromQuery] string? after,
        [FromQuery, Range(1, 1000)] int? limit,
        [FromQuery, Range(1, 60)] int? wait,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        CancellationToken cancellationToken) =>
        AnswerAsync(Filter([vm.Id], @event, label, since, until), order, after, limit, wait, lastEventId, cancellationToken);

    private EventFilter Filter(string[] ids, string[]? events, string[]? labels, string? since, string? until)
    {
        var now = time.GetUtcNow();
        return EventQuery.Filter(Request, ids, events ?? [])
            .Labelled(vms, VmListFilter.Labels(labels ?? []))
            .During(new TimeRange(RequestedTime.Parse("since", since, now), RequestedTime.Parse("until", until, now)))
            .Within(User.Access().Grants.Visible);
    }

    private async Task<IActionResult> AnswerAsync(
        EventFilter filter, string? order, string? after, int? limit, int? wait, string? lastEventId, CancellationToken cancellationToken)
    {
        var newestFirst = IsNewestFirst(order);
        if (EventQuery.WantsStream(Request))
        {
            RefuseOnStream("limit", limit is not null);
            RefuseOnStream("wait", wait is not null);
            RefuseOnStream("since", filter.Received.Since is not null);
            RefuseOnStream("until", filter.Received.Until is not null);
            RefuseOnStream("order", newestFirst);
            await stream.WriteAsync(HttpContext, filter, EventQuery.StartOf(journal, filter, lastEventId, after));
            return new EmptyResult();
        }

        if (newestFirst && wait is not null)
        {
            throw new InvalidRequestException("wait", "cannot be combined with order=desc");
        }

        return await HistoryAsync(new History(journal, filter, newestFirst), after, limit ?? DefaultLimit, wait, cancellationToken);
    }

    private static bool IsNewestFirst(string? order) => order switch
    {
        null or "asc" => false,
        "desc" => true,
        _ => throw new InvalidRequestException("order", $"must be asc or desc, not '{Echo.Of(order)}'"),
    };

    private static void RefuseOnStream(string parameter, bool given)
    {
        if (given)
        {
            throw new InvalidRequestException(parameter, "cannot be used with a stream, only with history");
        }
    }

    private async Task<IActionResult> HistoryAsync(History history, string? from, int limit, int? wait, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var page = await history.ReadPageAsync(from, limit, cancellationToken, EventPages.MaxAtOnce);
        var (found, after) = (page.Entries.ToList(), page.Cursor);
        if (found.Count == 0 && wait is { } seconds)
        {
            var patience = TimeSpan.FromSeconds(seconds) - time.GetElapsedTime(started);
            var next = await NextAsync(history.Filter, after, patience > TimeSpan.Zero ? patience : TimeSpan.FromTicks(1), cancellationToken);
            found.AddRange(next.Entries.Take(limit));
            after = found.Count == next.Entries.Count ? next.Cursor : found[^1].Id;
        }

        return new JournalBatch(found, after) is { Size: > EventPages.MaxAtOnce } large
            ? new EventPages(history, large, limit)
            : new JsonTextResult(Page(found, after));
    }

    /// <summary>Waits for the next entries. Returns none if the wait times out or the gateway shuts down.</summary>
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
