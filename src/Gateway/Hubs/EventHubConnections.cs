using System.Collections.Concurrent;
using Gateway.Journal;
using Gateway.Limits;
using Gateway.Requests.Limits;
using Microsoft.AspNetCore.SignalR;

namespace Gateway.Hubs;

/// <summary>
/// Knows the hub's connections themselves, so that a subscription can copy bytes that are serialized once into them, and waits
/// for none but its own.
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

    /// <summary>Begins a subscription, once the connection's earlier one has ended.</summary>
    /// <exception cref="LimitReachedException">There are as many readers as may be.</exception>
    internal async Task SubscribeAsync(string connectionId, HubFilter filter)
    {
        await UnsubscribeAsync(connectionId);
        if (connections.TryGetValue(connectionId, out var connection))
        {
            subscriptions[connectionId] = new HubSubscription(connection, readers, large, places.Take(Work.Reader, vm: null, connection.User.LimitedAs()), filter, subscriptionLogger);
        }

        if (!connections.ContainsKey(connectionId))
        {
            // It went in between, and may have looked for its subscription too early.
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
