using System.Collections.Immutable;
using QmpGateway.Qmp;

namespace Gateway.Vms;

/// <summary>What is known of a VM before it is talked to.</summary>
/// <param name="Id">1–63 characters of <c>a-z 0-9 - _ .</c>, starting with a letter or digit.</param>
/// <param name="Endpoint">Its monitor.</param>
/// <param name="Source">Who named it.</param>
/// <param name="Labels">Free words of the operator's.</param>
/// <param name="Actions">Sent with <c>set-action</c> on every new run of that QEMU; null when there are none.</param>
public sealed record VmDefinition(
    string Id, QmpEndpoint Endpoint, VmSource Source, ImmutableSortedDictionary<string, string> Labels, SetActionArguments? Actions)
{
    /// <summary>Whether a text can be the id of a VM.</summary>
    public static bool IsId(string id) =>
        id.Length is >= 1 and <= 63
        && char.IsAsciiLetterLower(id[0]) | char.IsAsciiDigit(id[0])
        && id.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    /// <summary>What an id looks like, for messages.</summary>
    public const string IdFormat = "1 to 63 characters of a-z, 0-9, '-', '_' and '.', starting with a letter or digit";

    /// <summary>Labels in order, whatever they came in.</summary>
    public static ImmutableSortedDictionary<string, string> Sorted(IEnumerable<KeyValuePair<string, string>> labels) =>
        labels.ToImmutableSortedDictionary(StringComparer.Ordinal);
}

/// <summary>Who named a VM. Where two name the same id, the first of these wins.</summary>
public enum VmSource
{
    /// <summary>The configuration.</summary>
    Configuration,

    /// <summary>A client of the API.</summary>
    Api,

    /// <summary>A socket found in a watched directory.</summary>
    Discovery,
}

/// <summary>The sources' names in the contract.</summary>
public static class VmSources
{
    /// <summary>The source's name.</summary>
    public static string Name(this VmSource source) => source switch
    {
        VmSource.Configuration => "configuration",
        VmSource.Api => "api",
        _ => "discovery",
    };
}
