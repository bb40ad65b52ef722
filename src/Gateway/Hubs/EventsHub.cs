using System.Runtime.CompilerServices;
using Gateway.Access;
using Gateway.Journal;
using Gateway.Json;
using Gateway.Limits;
using Gateway.Requests.Limits;
using Gateway.Requests.Reading;
using Gateway.Vms;
using Microsoft.AspNetCore.SignalR;
using QmpGateway.Qmp;

namespace Gateway.Hubs;

/// <summary>The journal, live, over SignalR.</summary>
public sealed class EventsHub(IJournal journal, IVms vms, JournalReaders readers, Places places, EventHubConnections connections, LargeMessages large, HubErrors errors, TimeProvider time) : Hub
{
    /// <summary>Where the hub is.</summary>
    public const string Path = "/hubs/events";

    /// <summary>Half of what the contract allows between two signs of life.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(7.5);

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        // A WebSocket outlives the request that opened it.
        Context.Items[typeof(GrantedAccess)] = Context.User.Access().Revoked.Register(Context.Abort);
        return base.OnConnectedAsync();
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        (Context.Items[typeof(GrantedAccess)] as IDisposable)?.Dispose();
        return base.OnDisconnectedAsync(exception);
    }

    /// <summary>
    /// Has each event that matches sent as a client method named after it. Replaces an earlier subscription of the connection.
    /// </summary>
    /// <param name="filter">
    /// <c>{"vms":[…],"events":[…],"labels":{…},"data":{…},"after":"…","catchAll":true}</c>, every member optional, as is the filter itself; what is empty
    /// leaves nothing out. With <c>catchAll</c> each event is sent as the client method <c>Event</c>.
    /// </param>
    /// <returns><c>{"cursor"}</c>: the point from which on nothing will be missed.</returns>
    public async Task<JsonText> Subscribe(JsonText? filter)
    {
        var wanted = Read(filter);
        await connections.SubscribeAsync(Context.ConnectionId, wanted);
        return Cursor(wanted.After);
    }

    /// <summary>Ends the subscription; no more events come once this returns.</summary>
    public Task Unsubscribe() => connections.UnsubscribeAsync(Context.ConnectionId);

    /// <summary>Streams the events that match. A client hears all of them, whatever their names.</summary>
    /// <param name="filter">
    /// As for <see cref="Subscribe"/>. With <c>"checkpoints":true</c> the first item is <c>{"cursor"}</c>, and so is another at least every 15 s.
    /// </param>
    /// <param name="cancellationToken">The client ended the stream.</param>
    public IAsyncEnumerable<JsonText> Stream(JsonText? filter, CancellationToken cancellationToken) => StreamAsync(Read(filter), cancellationToken);

    private async IAsyncEnumerable<JsonText> StreamAsync(HubFilter wanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Not before the stream is read: one whose client is gone by then would keep the place.
        using var place = await errors.TellAsync(() => ValueTask.FromResult(places.Take(Work.Reader, vm: null, Context.User.LimitedAs())));
        if (wanted.Checkpoints)
        {
            yield return Cursor(wanted.After);
        }

        var told = time.GetTimestamp();
        await using var batches = readers
            .FollowAsync(JournalReaders.HubStream, wanted.Events, wanted.After, wanted.Checkpoints ? Heartbeat : null, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await errors.TellAsync(batches.MoveNextAsync))
        {
            foreach (var entry in batches.Current.Entries)
            {
                using var turn = await large.TakeAsync(entry, Context.Abort, cancellationToken);
                yield return HubEnvelope.Of(entry);
            }

            if (wanted.Checkpoints && (batches.Current.Entries.Count == 0 || time.GetElapsedTime(told) >= Heartbeat))
            {
                told = time.GetTimestamp();
                yield return Cursor(batches.Current.Cursor);
            }
        }
    }

    private static JsonText Cursor(long at) => GatewayEvents.Json(json => json.WriteString("cursor", Cursors.Write(at)));

    private HubFilter Read(JsonText? filter)
    {
        var seen = Context.User.Access().Grants.Visible;
        if (filter is not { } given)
        {
            return new HubFilter(EventFilter.All.Within(seen), journal.Head, CatchAll: false, Checkpoints: false);
        }

        var (events, after, catchAll, checkpoints) = JsonBody.Read(given.Utf8, "filter", body => (
            EventQuery.Filter(body.List("vms"), body.List("events"), body.Texts("data", nullable: true) ?? new Dictionary<string, string>())
                .Labelled(vms, [.. body.Texts("labels", nullable: true) ?? new Dictionary<string, string>()]).Within(seen),
            body.Text("after", nullable: true), body.Flag("catchAll"), body.Flag("checkpoints")));
        return new HubFilter(events, after is null ? journal.Head : journal.Resolve(events, after), catchAll, checkpoints);
    }
}

/// <summary>What a client of the hub wants to hear.</summary>
/// <param name="Events">Which events.</param>
/// <param name="After">From where on.</param>
/// <param name="CatchAll">Whether a subscription calls one client method for all of them, instead of one named after each.</param>
/// <param name="Checkpoints">Whether a stream has items that only tell its cursor.</param>
internal sealed record HubFilter(EventFilter Events, long After, bool CatchAll = false, bool Checkpoints = false);
