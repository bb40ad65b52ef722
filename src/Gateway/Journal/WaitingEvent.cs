using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Json;

namespace Gateway.Journal;

/// <summary>An event that has an id but is not written yet.</summary>
/// <param name="Id">The id.</param>
/// <param name="Event">The event; null if this stands for lost events, in place of the last of them.</param>
/// <param name="ReceivedAt">When the event was received.</param>
/// <param name="Envelope">Its envelope without the id.</param>
/// <param name="Share">The waiting events of its VM.</param>
internal readonly record struct WaitingEvent(long Id, NewEvent? Event, DateTimeOffset ReceivedAt, JournalEnvelope Envelope, WaitingShare Share)
{
    /// <summary>Whether this stands for lost events.</summary>
    [MemberNotNullWhen(false, nameof(Event))]
    public bool IsLoss => Event is null;

    /// <summary>The size that counts towards <see cref="JournalBacklog.MaxBytes"/>.</summary>
    public long Cost => Event is null ? 0 : JournalBacklog.Overhead + Event.Data.Utf8.Length;
}

/// <summary>The waiting events of a VM.</summary>
internal sealed class WaitingShare(string vm)
{
    /// <summary>The total cost of the waiting events.</summary>
    public long Bytes { get; set; }

    /// <summary>The lost events that have not been reported yet; null if there are none.</summary>
    public WaitingLoss? Loss { get; set; }

    /// <summary>Used while events are dropped: the cost of each remaining event, oldest first.</summary>
    public Queue<long> Costs { get; } = [];

    /// <summary>Used while events are dropped: how many are still to be dropped.</summary>
    public int ToLose { get; set; }

    /// <summary>The VM.</summary>
    public string Vm => vm;

    /// <summary>Counts a lost event.</summary>
    public void Lose(WaitingEvent item) => Loss = new WaitingLoss((Loss?.Count ?? 0) + 1, Loss?.From ?? item.ReceivedAt, item.ReceivedAt, item.Id);
}

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
