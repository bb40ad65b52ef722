using System.Collections.Immutable;
using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>Where a VM is, and how it is described.</summary>
/// <param name="Id">1–63 characters of <c>a-z 0-9 - _ .</c>, starting with a letter or digit.</param>
/// <param name="Endpoint">The endpoint of its monitor.</param>
/// <param name="Source">Where the definition comes from.</param>
/// <param name="Labels">Free-form labels.</param>
/// <param name="Actions">Sent with <c>set-action</c> on every new run of QEMU; null if there are none.</param>
public sealed record VmDefinition(
    string Id, QmpEndpoint Endpoint, VmSource Source, ImmutableSortedDictionary<string, string> Labels, SetActionArguments? Actions)
{
    /// <summary>Whether a string is a valid VM id.</summary>
    public static bool IsId(string id) =>
        id.Length is >= 1 and <= 63
        && char.IsAsciiLetterLower(id[0]) | char.IsAsciiDigit(id[0])
        && id.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    /// <summary>The format of an id, for messages.</summary>
    public const string IdFormat = "1 to 63 characters of a-z, 0-9, '-', '_' and '.', starting with a letter or digit";

    /// <summary>Returns the labels sorted by key.</summary>
    public static ImmutableSortedDictionary<string, string> Sorted(IEnumerable<KeyValuePair<string, string>> labels) =>
        labels.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
