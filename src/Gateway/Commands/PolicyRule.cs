using System.IO.Enumeration;
using System.Text.Json;
using Gateway.Api.Json;
using Gateway.Journal;

namespace Gateway.Commands;

/// <summary>One rule of the configuration.</summary>
internal sealed class PolicyRule(string name, PolicyRuleOptions options)
{
    private readonly string command = options.Command!;
    private readonly IReadOnlyList<VmPattern> vms = [.. options.Vms.Select(static vm => new VmPattern(vm))];
    private readonly IReadOnlyList<(string[] Path, string Pattern)> arguments =
        [.. options.Arguments.Select(static argument => (argument.Key.Split('.'), argument.Value))];

    public string Name => name;

    public bool IsDeny { get; } = options.Effect!.Equals("deny", StringComparison.OrdinalIgnoreCase);

    public bool HasArguments => arguments.Count > 0;

    /// <summary>Whether it is about a command of a VM, the arguments not looked at.</summary>
    public bool IsAbout(string vm, string candidate) =>
        FileSystemName.MatchesSimpleExpression(command, candidate, ignoreCase: false) && (vms.Count == 0 || vms.Any(pattern => pattern.Matches(vm)));

    /// <summary>
    /// Whether the arguments are as an allow wants them: each that it names is there, and it and whatever else has that name further
    /// inside is a text that fits.
    /// </summary>
    public bool Allows(JsonElement given) => arguments.All(argument =>
        ArgumentTree.Find(given, argument.Path) is not null
        && ArgumentTree.FindAll(given, argument.Path).All(value => value.ValueKind == JsonValueKind.String && Fits(argument.Pattern, JsonReading.TextOf(value))));

    /// <summary>
    /// Whether the arguments are what a deny is about: what it names fits at any depth, in any spelling that means the same to QEMU.
    /// </summary>
    public bool Denies(JsonElement given) => arguments.All(argument =>
        ArgumentTree.FindAll(given, argument.Path).Concat(MigrationUris.Of(given, argument.Path))
            .Any(value => Spellings(value).Any(spelling => FileSystemName.MatchesSimpleExpression(argument.Pattern, spelling, ignoreCase: false))));

    private static bool Fits(string pattern, string text) =>
        !text.Split('/').Contains("..") && FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);

    private static IEnumerable<string> Spellings(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return [value.GetRawText()];
        }

        var text = JsonReading.TextOf(value);
        return text.StartsWith('/') ? [text, Path.GetFullPath(text.Replace("\0", "", StringComparison.Ordinal))] : [text];
    }
}
