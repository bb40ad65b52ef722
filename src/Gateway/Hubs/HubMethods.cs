using System.Buffers;
using System.Collections.Frozen;
using Gateway.Journal;

namespace Gateway.Hubs;

/// <summary>The client methods that the hub calls.</summary>
internal static class HubMethods
{
    /// <summary>Reports the current cursor when no event was sent for a while.</summary>
    public const string Checkpoint = "Checkpoint";

    /// <summary>Reports that the subscription has ended, because events that it had not sent yet have been deleted.</summary>
    public const string CursorExpired = "CursorExpired";

    /// <summary>Sends the envelope of every event if the filter has <c>catchAll</c>, and otherwise of events whose name cannot be a method name.</summary>
    public const string Event = "Event";

    // JavaScript clients ignore case, and look methods up in an object, which always has the last two members.
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet([Checkpoint, CursorExpired, "constructor", "__proto__"], StringComparer.OrdinalIgnoreCase);

    // The characters of QAPI names, including vendor extensions. With other characters, case-insensitive comparison has surprises: the Kelvin sign equals k.
    private static readonly SearchValues<char> AllowedCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Returns the client method for an event. A VM can give its events any name, and none of them may look like the hub's own messages.</summary>
    public static string For(JournalEntry entry) =>
        entry.Name.Length == 0 || entry.Name.AsSpan().ContainsAnyExcept(AllowedCharacters) || Reserved.Contains(entry.Name) ? Event : entry.Name;
}
