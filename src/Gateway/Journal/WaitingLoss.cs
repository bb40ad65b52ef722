using System.Text.Json;
using Gateway.Json;

namespace Gateway.Journal;

/// <summary>The lost events of a VM.</summary>
/// <param name="Count">The number of lost events.</param>
/// <param name="From">When the first of them was received.</param>
/// <param name="To">When the last of them was received.</param>
/// <param name="LastId">The id of the last of them. The event that reports the loss gets this id.</param>
internal sealed record WaitingLoss(long Count, DateTimeOffset From, DateTimeOffset To, long LastId)
{
    /// <summary>Returns the event that reports the loss.</summary>
    public WaitingEvent ToEvent(WaitingShare share)
    {
        var lost = new NewEvent(share.Vm, GatewayEvents.EventsLost, EventOrigin.Gateway, GatewayEvents.Json(Write), To);
        return new WaitingEvent(LastId, lost, To, JournalEnvelope.Write(lost, To), share);
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("count", Count);
        json.WritePropertyName("from");
        Times.Write(json, From);
        json.WritePropertyName("to");
        Times.Write(json, To);
    }
}
