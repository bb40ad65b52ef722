using QmpGateway.Qmp;

namespace Gateway.Journal;

/// <summary>An event to append to the journal.</summary>
/// <param name="Vm">The VM's id.</param>
/// <param name="Name">The event's name.</param>
/// <param name="Origin">Who reports the event.</param>
/// <param name="Data">The payload, verbatim.</param>
/// <param name="Timestamp">The time of the event by the clock of its origin; null if QEMU had no clock.</param>
public sealed record NewEvent(string Vm, string Name, EventOrigin Origin, JsonText Data, DateTimeOffset? Timestamp);
