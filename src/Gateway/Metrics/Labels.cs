using System.Buffers;

namespace Gateway.Metrics;

/// <summary>
/// Keeps names from outside the gateway from creating an unlimited number of series. QEMU has about 60 events and 260 commands. Names beyond the limits,
/// and names that QEMU would not use, are counted as <see cref="Other"/>.
/// </summary>
internal static class Labels
{
    /// <summary>The label for every name without its own series.</summary>
    public const string Other = "other";

    private const int MaxLength = 64;

    private static readonly SearchValues<char> AllowedCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Returns the name if it looks like a name of QEMU, and otherwise <see cref="Other"/>.</summary>
    public static string Usable(string name) => name.Length is > 0 and <= MaxLength && !name.AsSpan().ContainsAnyExcept(AllowedCharacters) ? name : Other;
}
