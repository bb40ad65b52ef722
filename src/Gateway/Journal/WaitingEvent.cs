using System.Diagnostics.CodeAnalysis;

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
