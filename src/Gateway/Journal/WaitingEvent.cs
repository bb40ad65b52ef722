using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Json;

namespace Gateway.Journal;

/// <summary>An event that has its id and is not written yet.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Event">The event; null in the place of the last of some that were lost.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="Envelope">Its envelope but for the id.</param>
/// <param name="Share">What waits of its VM.</param>
internal readonly record struct WaitingEvent(long Id, NewEvent? Event, DateTimeOffset ReceivedAt, JournalEnvelope Envelope, WaitingShare Share)
{
    /// <summary>Whether it stands for events that were lost.</summary>
    [MemberNotNullWhen(false, nameof(Event))]
    public bool IsLoss => Event is null;

    /// <summary>What it takes of the bytes that may wait.</summary>
    public long Cost => Event is null ? 0 : JournalBacklog.Overhead + Event.Data.Utf8.Length;
}

/// <summary>What waits of one VM.</summary>
internal sealed class WaitingShare(string vm)
{
    /// <summary>The bytes of it.</summary>
    public long Bytes { get; set; }

    /// <summary>What was lost and is not told yet.</summary>
    public WaitingLoss? Loss { get; set; }

    /// <summary>While some are being dropped: what each of those left costs, the oldest first.</summary>
    public Queue<long> Costs { get; } = [];

    /// <summary>Likewise: how many are still to be dropped.</summary>
    public int ToLose { get; set; }

    /// <summary>The VM.</summary>
    public string Vm => vm;

    /// <summary>Counts an event that is dropped.</summary>
    public void Lose(WaitingEvent item) => Loss = new WaitingLoss((Loss?.Count ?? 0) + 1, Loss?.From ?? item.ReceivedAt, item.ReceivedAt, item.Id);
}

/// <summary>Events of one VM that were lost.</summary>
/// <param name="Count">How many.</param>
/// <param name="From">When the first of them came.</param>
/// <param name="To">When the last of them came.</param>
/// <param name="LastId">The id of the last of them, which the event that tells of them gets.</param>
internal sealed record WaitingLoss(long Count, DateTimeOffset From, DateTimeOffset To, long LastId)
{
    /// <summary>The event that tells of them.</summary>
    public WaitingEvent ToEvent(WaitingShare share)
    {
        var told = new NewEvent(share.Vm, GatewayEvents.EventsLost, EventOrigin.Gateway, GatewayEvents.Json(Write), To);
        return new WaitingEvent(LastId, told, To, JournalEnvelope.Write(told, To), share);
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
