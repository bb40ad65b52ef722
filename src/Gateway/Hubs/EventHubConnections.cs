using System.Collections.Concurrent;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Requests.Limits;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.Hubs;

/// <summary>
/// Tracks the hub's connections and their subscriptions. A subscription writes to its connection directly: entries are serialized once for all
/// connections, and a slow connection delays only its own subscription.
/// </summary>
public sealed class EventHubConnections(JournalReaders readers, Places places, LargeMessages large, ILogger<DefaultHubLifetimeManager<EventsHub>> logger) : DefaultHubLifetimeManager<EventsHub>(logger)
{
    private readonly ILogger subscriptionLogger = logger;
    private readonly ConcurrentDictionary<string, HubConnectionContext> connections = new();
    private readonly ConcurrentDictionary<string, HubSubscription> subscriptions = new();

    /// <inheritdoc/>
    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        connections[connection.ConnectionId] = connection;
        return base.OnConnectedAsync(connection);
    }

    /// <inheritdoc/>
    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        connections.TryRemove(connection.ConnectionId, out _);
        await UnsubscribeAsync(connection.ConnectionId);
        await base.OnDisconnectedAsync(connection);
    }

    /// <summary>Ends the connection's earlier subscription, if it has one, and starts a new one.</summary>
    /// <exception cref="LimitReachedException">The limit on readers is reached.</exception>
    internal async Task SubscribeAsync(string connectionId, HubFilter filter)
    {
        await UnsubscribeAsync(connectionId);
        if (connections.TryGetValue(connectionId, out var connection))
        {
            subscriptions[connectionId] = new HubSubscription(connection, readers, large, places.Take(Work.Reader, vm: null, connection.User.LimitedAs()), filter, subscriptionLogger);
        }

        if (!connections.ContainsKey(connectionId))
        {
            // The connection closed in the meantime, possibly before its subscription was added.
            await UnsubscribeAsync(connectionId);
        }
    }

    /// <summary>Ends a connection's subscription, if it has one.</summary>
    internal async Task UnsubscribeAsync(string connectionId)
    {
        if (subscriptions.TryRemove(connectionId, out var subscription))
        {
            await subscription.DisposeAsync();
        }
    }
}
