using System.Text.Json;

namespace Gateway.Commands;

/// <summary>
/// Decides which commands may be sent with which arguments. The configuration's deny rules take precedence over its allow rules, and both take precedence
/// over the built-in table.
/// </summary>
public sealed class CommandPolicy(CommandPolicyOptions options)
{
    private volatile PolicyRule[] rules = Read(options);

    /// <summary>Returns the verdict for a raw command.</summary>
    /// <param name="vm">The id of the VM.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="arguments">The command's arguments; undefined if it has none.</param>
    public Verdict Judge(string vm, string command, JsonElement arguments)
    {
        if (Denied(vm, command, arguments) is { } denied)
        {
            return denied;
        }

        // This comes before allow rules, because deny rules cannot inspect such a transaction.
        IReadOnlyList<(string Type, JsonElement Data)>? actions = null;
        if (TransactionActions.AreIn(command) && (actions = TransactionActions.Of(arguments)) is null)
        {
            return new Verdict(false, BuiltInTable.Unreadable);
        }

        return Find(vm, command, rule => rule is { IsDeny: false } && rule.Allows(arguments))
            ?? (actions is null ? BuiltInTable.Judge(command) : JudgeTransaction(vm, actions));
    }

    /// <summary>Returns the verdict for a command before its arguments are known: whether any arguments are allowed.</summary>
    public Verdict Judge(string vm, string command) =>
        Find(vm, command, static rule => rule is { IsDeny: true, HasArguments: false })
        ?? Find(vm, command, static rule => !rule.IsDeny)
        ?? (TransactionActions.AreIn(command) ? new Verdict(true, BuiltInTable.Transaction) : BuiltInTable.Judge(command));

    /// <summary>
    /// Returns the deny rule of the configuration that matches a command or a command inside it; null if no rule matches. Deny rules also apply to typed routes.
    /// </summary>
    /// <inheritdoc cref="Judge(string, string, JsonElement)" path="/param"/>
    public Verdict? Denied(string vm, string command, JsonElement arguments)
    {
        if (Find(vm, command, rule => rule is { IsDeny: true } && rule.Denies(arguments)) is { } denied)
        {
            return denied;
        }

        foreach (var (type, data) in TransactionActions.AreIn(command) ? TransactionActions.Of(arguments) ?? [] : [])
        {
            if (Denied(vm, type, data) is { } inside)
            {
                return OfAction(inside, type);
            }
        }

        return null;
    }

    /// <summary>Replaces the rules by new ones, which must be valid.</summary>
    public void Change(CommandPolicyOptions options) => rules = Read(options);

    // If no rule matches the transaction itself, its most restricted action decides.
    private Verdict JudgeTransaction(string vm, IReadOnlyList<(string Type, JsonElement Data)> actions)
    {
        foreach (var (type, data) in actions)
        {
            if (Judge(vm, type, data) is { Allowed: false } verdict)
            {
                return OfAction(verdict, type);
            }
        }

        return new Verdict(true, BuiltInTable.Transaction);
    }

    private static Verdict OfAction(Verdict verdict, string type) => verdict with { Rule = $"{verdict.Rule}, of its action '{type}'" };

    private Verdict? Find(string vm, string command, Func<PolicyRule, bool> fits)
    {
        foreach (var rule in rules)
        {
            if (rule.IsAbout(vm, command) && fits(rule))
            {
                return new Verdict(!rule.IsDeny, rule.Name) { ConfiguredRule = rule.Name };
            }
        }

        return null;
    }

    private static PolicyRule[] Read(CommandPolicyOptions options) => [.. options.Rules.Select(static named => new PolicyRule(named.Key, named.Value))];
}
