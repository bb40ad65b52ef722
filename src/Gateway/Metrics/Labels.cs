using System.Buffers;

namespace Gateway.Metrics;

/// <summary>
/// Keeps what others make up from making series without end. QEMU has some 60 events and 260 commands; a name past the bounds, or one
/// that looks like none of QEMU's, is counted as <see cref="Other"/>.
/// </summary>
internal static class Labels
{
    /// <summary>Stands for every name that has no series of its own.</summary>
    public const string Other = "other";

    private const int MaxLength = 64;

    private static readonly SearchValues<char> Usual = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>The name, where QEMU could have given it.</summary>
    public static string Usable(string name) => name.Length is > 0 and <= MaxLength && !name.AsSpan().ContainsAnyExcept(Usual) ? name : Other;
}
