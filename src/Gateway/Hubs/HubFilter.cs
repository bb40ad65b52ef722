using Gateway.Journal;

namespace Gateway.Hubs;

/// <summary>Which events a client of the hub requests, and how they are sent.</summary>
/// <param name="Events">The events to send.</param>
/// <param name="After">The cursor to start after.</param>
/// <param name="CatchAll">Whether a subscription calls one client method for all events, instead of one per event name.</param>
/// <param name="Checkpoints">Whether a stream has additional items with its cursor.</param>
internal sealed record HubFilter(EventFilter Events, long After, bool CatchAll = false, bool Checkpoints = false);
