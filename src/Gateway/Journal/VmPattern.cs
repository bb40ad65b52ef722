using System.IO.Enumeration;
using Gateway.Settings;

namespace Gateway.Journal;

/// <summary>A pattern for VM ids. <c>*</c> matches any text.</summary>
public readonly record struct VmPattern(string Text)
{
    /// <summary>Matches every VM.</summary>
    public static VmPattern Any { get; } = new("*");

    /// <summary>Parses a pattern: at most 63 characters, each of which is <c>*</c> or allowed in an id.</summary>
    public static bool TryParse(string text, out VmPattern pattern)
    {
        pattern = new VmPattern(text);
        return text.Length is >= 1 and <= 63 && text.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' or '.' or '*');
    }

    /// <summary>Returns the errors in the patterns of a setting.</summary>
    internal static IEnumerable<string> Faults(string key, IEnumerable<string> vms) => vms.SelectMany((vm, i) => Fault.Unless(
        TryParse(vm, out _), $"{key}:{i} = '{vm}' is not a valid pattern: write a VM id, where * matches any text"));

    /// <summary>Whether an id matches.</summary>
    public bool Matches(string vm) => FileSystemName.MatchesSimpleExpression(Text, vm, ignoreCase: false);
}
