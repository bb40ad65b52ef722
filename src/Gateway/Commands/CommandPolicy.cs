using System.Text.Json;

namespace Gateway.Commands;

/// <summary>
/// Which commands may be sent, with which arguments: a deny of the configuration wins over an allow of it, an allow over
/// the built-in table.
/// </summary>
public sealed class CommandPolicy(CommandPolicyOptions options)
{
    private volatile PolicyRule[] rules = Read(options);

    /// <summary>What is said of a command that a client words itself.</summary>
    /// <param name="vm">The id of the VM that it is for.</param>
    /// <param name="command">Its name.</param>
    /// <param name="arguments">Its arguments; undefined without any.</param>
    public Verdict Judge(string vm, string command, JsonElement arguments)
    {
        if (Denied(vm, command, arguments) is { } denied)
        {
            return denied;
        }

        // Before an allow: denies could not look into it either.
        IReadOnlyList<(string Type, JsonElement Data)>? actions = null;
        if (TransactionActions.AreIn(command) && (actions = TransactionActions.Of(arguments)) is null)
        {
            return new Verdict(false, BuiltInTable.Unreadable);
        }

        return Find(vm, command, rule => rule is { IsDeny: false } && rule.Allows(arguments))
            ?? (actions is null ? BuiltInTable.Judge(command) : JudgeTransaction(vm, actions));
    }

    /// <summary>What is said of a command whose arguments are yet to come: whether there are any that are allowed.</summary>
    public Verdict Judge(string vm, string command) =>
        Find(vm, command, static rule => rule is { IsDeny: true, HasArguments: false })
        ?? Find(vm, command, static rule => !rule.IsDeny)
        ?? (TransactionActions.AreIn(command) ? new Verdict(true, BuiltInTable.Transaction) : BuiltInTable.Judge(command));

    /// <summary>
    /// The rule of the configuration that forbids a command, or one that it carries, also to the typed routes; null where there is none.
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

    /// <summary>Takes other rules, which were checked.</summary>
    public void Change(CommandPolicyOptions options) => rules = Read(options);

    // Without a rule of its own, it is as harmless as the worst of its actions.
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
                return new Verdict(!rule.IsDeny, rule.Name);
            }
        }

        return null;
    }

    private static PolicyRule[] Read(CommandPolicyOptions options) => [.. options.Rules.Select(static named => new PolicyRule(named.Key, named.Value))];
}
