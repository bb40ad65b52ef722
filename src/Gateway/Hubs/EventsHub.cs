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

/// <summary>The SignalR hub for live events from the journal.</summary>
public sealed class EventsHub(IJournal journal, IVms vms, JournalReaders readers, Places places, EventHubConnections connections, LargeMessages large, HubErrors errors, TimeProvider time) : Hub
{
    /// <summary>The path of the hub.</summary>
    public const string Path = "/hubs/events";

    /// <summary>Half of the longest silence that the contract allows.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(7.5);

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        // A WebSocket outlives the request that opened it, so it is closed here when the key is revoked.
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
    /// Subscribes to matching events. Each event calls the client method of the same name. Replaces an earlier subscription of the connection.
    /// </summary>
    /// <param name="filter">
    /// <c>{"vms":[…],"events":[…],"labels":{…},"data":{…},"after":"…","catchAll":true}</c>. The filter and all of its members are optional, and an empty
    /// member matches everything. With <c>catchAll</c>, every event calls the client method <c>Event</c>.
    /// </param>
    /// <returns><c>{"cursor"}</c>: the cursor that the subscription starts after. No later event is missed.</returns>
    public async Task<JsonText> Subscribe(JsonText? filter)
    {
        var wanted = Read(filter);
        await connections.SubscribeAsync(Context.ConnectionId, wanted);
        return Cursor(wanted.After);
    }

    /// <summary>Ends the subscription. No more events are sent after this returns.</summary>
    public Task Unsubscribe() => connections.UnsubscribeAsync(Context.ConnectionId);

    /// <summary>Streams matching events. Unlike with <see cref="Subscribe"/>, a client does not need a method for each event name.</summary>
    /// <param name="filter">
    /// The same as for <see cref="Subscribe"/>. With <c>"checkpoints":true</c>, the first item is <c>{"cursor"}</c>, and another such item follows at least
    /// every 15 s.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the client ends the stream.</param>
    public IAsyncEnumerable<JsonText> Stream(JsonText? filter, CancellationToken cancellationToken) => StreamAsync(Read(filter), cancellationToken);

    private async IAsyncEnumerable<JsonText> StreamAsync(HubFilter wanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Taken only when the stream is read: if the client disconnected before that, the place would never be released.
        using var place = await errors.TellAsync(() => ValueTask.FromResult(places.Take(Work.Reader, vm: null, Context.User.LimitedAs())));
        if (wanted.Checkpoints)
        {
            yield return Cursor(wanted.After);
        }

        var lastCheckpoint = time.GetTimestamp();
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

            if (wanted.Checkpoints && (batches.Current.Entries.Count == 0 || time.GetElapsedTime(lastCheckpoint) >= Heartbeat))
            {
                lastCheckpoint = time.GetTimestamp();
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
            EventQuery.Filter(body.List("vms"), body.List("events"), body.Texts("data", nullable: true) ?? new Dictionary<string, string>(), "vms", "events")
                .Labelled(vms, [.. body.Texts("labels", nullable: true) ?? new Dictionary<string, string>()]).Within(seen),
            body.Text("after", nullable: true), body.Flag("catchAll"), body.Flag("checkpoints")));
        return new HubFilter(events, after is null ? journal.Head : journal.Resolve(events, after), catchAll, checkpoints);
    }
}
