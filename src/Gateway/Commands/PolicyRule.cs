using System.IO.Enumeration;
using System.Text.Json;
using Gateway.Journal;

namespace Gateway.Commands;

/// <summary>One rule of the configuration.</summary>
internal sealed class PolicyRule(string name, PolicyRuleOptions options)
{
    private readonly string command = options.Command!;
    private readonly IReadOnlyList<VmPattern> vms = [.. options.Vms.Select(static vm => new VmPattern(vm))];
    private readonly IReadOnlyList<RuleArgument> arguments = [.. options.Arguments.Select(static argument => new RuleArgument(argument.Key, argument.Value))];

    public string Name => name;

    public bool IsDeny { get; } = options.Effect!.Equals("deny", StringComparison.OrdinalIgnoreCase);

    public bool HasArguments => arguments.Count > 0;

    /// <summary>Whether the rule applies to a command of a VM, regardless of its arguments.</summary>
    public bool IsAbout(string vm, string candidate) =>
        FileSystemName.MatchesSimpleExpression(command, candidate, ignoreCase: false) && (vms.Count == 0 || vms.Any(pattern => pattern.Matches(vm)));

    /// <summary>Whether the arguments match, if this is an allow rule.</summary>
    public bool Allows(JsonElement given) => arguments.All(argument => argument.Allows(given));

    /// <summary>Whether the arguments may match, if this is a deny rule.</summary>
    public bool Denies(JsonElement given) => arguments.All(argument => argument.Denies(given));
}
