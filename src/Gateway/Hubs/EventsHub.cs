using System.Runtime.CompilerServices;
using Gateway.Api;
using Gateway.Api.Json;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Security;
using Gateway.Vms;
using Microsoft.AspNetCore.SignalR;
using Qmp;

namespace Gateway.Hubs;

/// <summary>The journal, live, over SignalR.</summary>
public sealed class EventsHub(IJournal journal, JournalReaders readers, Places places, EventHubConnections connections, HubErrors errors) : Hub
{
    /// <summary>Where the hub is.</summary>
    public const string Path = "/hubs/events";

    /// <summary>Half of what the contract allows between two signs of life.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(7.5);

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        // A WebSocket outlives the request that opened it.
        Context.Items[typeof(Access)] = Context.User.Access().Revoked.Register(Context.Abort);
        return base.OnConnectedAsync();
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        (Context.Items[typeof(Access)] as IDisposable)?.Dispose();
        return base.OnDisconnectedAsync(exception);
    }

    /// <summary>
    /// Has each event that matches sent as a client method named after it. Replaces an earlier subscription of the connection.
    /// </summary>
    /// <param name="filter"><c>{"vms":[…],"events":[…],"data":{…},"after":"…"}</c>, every member optional; what is empty leaves nothing out.</param>
    /// <returns><c>{"cursor"}</c>: the point from which on nothing will be missed.</returns>
    public async Task<JsonText> Subscribe(JsonText? filter)
    {
        var (wanted, after) = Read(filter);
        await connections.SubscribeAsync(Context.ConnectionId, wanted, after);
        return GatewayEvents.Json(json => json.WriteString("cursor", Cursors.Write(after)));
    }

    /// <summary>Ends the subscription; no more events come once this returns.</summary>
    public Task Unsubscribe() => connections.UnsubscribeAsync(Context.ConnectionId);

    /// <summary>Streams the events that match. A client hears all of them, whatever their names.</summary>
    /// <param name="filter">As for <see cref="Subscribe"/>.</param>
    /// <param name="cancellationToken">The client ended the stream.</param>
    public IAsyncEnumerable<JsonText> Stream(JsonText? filter, CancellationToken cancellationToken)
    {
        var (wanted, after) = Read(filter);
        return StreamAsync(wanted, after, cancellationToken);
    }

    private async IAsyncEnumerable<JsonText> StreamAsync(EventFilter filter, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Not before the stream is read: one whose client is gone by then would keep the place.
        using var place = await errors.TellAsync(() => ValueTask.FromResult(places.TakeReader()));
        await using var batches = readers.FollowAsync(JournalReaders.HubStream, filter, after, heartbeat: null, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await errors.TellAsync(batches.MoveNextAsync))
        {
            foreach (var entry in batches.Current.Entries)
            {
                yield return new JsonText(entry.Envelope);
            }
        }
    }

    private (EventFilter Filter, long After) Read(JsonText? filter)
    {
        var seen = Context.User.Access().Grants.Visible;
        if (filter is not { } given)
        {
            return (EventFilter.All.Within(seen), journal.Head);
        }

        var (wanted, after) = JsonBody.Read(given.Utf8, "filter", body => (
            EventQuery.Filter(body.List("vms"), body.List("events"), body.Texts("data", nullable: true) ?? new Dictionary<string, string>()).Within(seen),
            body.Text("after", nullable: true)));
        return (wanted, after is null ? journal.Head : journal.Resolve(wanted, after));
    }
}
