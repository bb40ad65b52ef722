using Gateway.Commands;
using Gateway.Journal;
using static Gateway.Settings.Fault;

namespace Gateway.Configuration;

/// <summary>Validates the rules of the command policy.</summary>
internal static class PolicyFaults
{
    public static IEnumerable<string> Of(string key, CommandPolicyOptions policy) => policy.Rules.SelectMany(rule => OfRule($"{key}:Rules:{rule.Key}", rule.Value));

    private static IEnumerable<string> OfRule(string key, PolicyRuleOptions rule) =>
    [
        .. Unless(!string.IsNullOrEmpty(rule.Command), $"{key}:Command is missing: write a command's name, where * matches any text"),
        .. Unless(rule.Effect is not null, $"{key}:Effect is missing: write allow or deny"),
        .. Unless(rule.Effect?.ToLowerInvariant() is null or "allow" or "deny", $"{key}:Effect = '{rule.Effect}' must be allow or deny"),
        .. VmPattern.Faults($"{key}:Vms", rule.Vms),
    ];
}
