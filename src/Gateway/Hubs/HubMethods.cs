using System.Buffers;
using System.Collections.Frozen;
using Gateway.Journal;

namespace Gateway.Hubs;

/// <summary>The client methods that the hub calls.</summary>
internal static class HubMethods
{
    /// <summary>Sent with the cursor when nothing else was sent for a while: the cursor has moved on to there.</summary>
    public const string Checkpoint = "Checkpoint";

    /// <summary>Sent when the subscription ends because events that it has not sent yet are no longer kept.</summary>
    public const string CursorExpired = "CursorExpired";

    /// <summary>Sent with the envelope of each event if the filter has <c>catchAll</c>, and of an event whose name cannot be a method's.</summary>
    public const string Event = "Event";

    // Clients of JavaScript compare without case, and look a method up in an object that has the last two by itself.
    private static readonly FrozenSet<string> Taken = FrozenSet.ToFrozenSet([Checkpoint, CursorExpired, "constructor", "__proto__"], StringComparer.OrdinalIgnoreCase);

    // QAPI's names, of vendors' extensions too. Outside of them, comparing without case has surprises: the Kelvin sign is a k.
    private static readonly SearchValues<char> Usual = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>The method for an event: a VM can give its events any name, and none of them may pass for the hub's own messages.</summary>
    public static string For(JournalEntry entry) =>
        entry.Name.Length == 0 || entry.Name.AsSpan().ContainsAnyExcept(Usual) || Taken.Contains(entry.Name) ? Event : entry.Name;
}
