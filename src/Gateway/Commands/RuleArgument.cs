using System.Text.Json;
using Gateway.Json;

namespace Gateway.Commands;

/// <summary>A rule's condition for one argument.</summary>
/// <param name="name">The argument's name. Dots separate the names of nested members.</param>
/// <param name="pattern">The pattern that the argument's text must match.</param>
internal sealed class RuleArgument(string name, string pattern)
{
    private readonly string[] path = name.Split('.');
    // The argument of human-monitor-command is a command line.
    private readonly ArgumentPattern wanted = new(pattern, isLine: name == "command-line");

    /// <summary>
    /// Whether an allow rule matches the arguments. This argument must be present, and it and all nested members of the same name must be strings that match.
    /// </summary>
    public bool Allows(JsonElement given)
    {
        var found = ArgumentSearch.For(name, given);
        var channels = MigrationUris.Of(given, name);
        return !found.IsBlind
            && (channels.Count > 0 || ArgumentTree.Find(given, path) is not null)
            && found.Values.All(value => value.ValueKind == JsonValueKind.String && wanted.Allows(JsonReading.TextOf(value)))
            && channels.All(uris => uris.Any(wanted.Allows));
    }

    /// <summary>
    /// Whether a deny rule may match the arguments: a member of this name matches at any depth, in any form that means the same to QEMU.
    /// </summary>
    public bool Denies(JsonElement given)
    {
        var found = ArgumentSearch.For(name, given);
        return found.IsBlind
            || found.Values.Any(value => value.ValueKind == JsonValueKind.String ? wanted.Denies(JsonReading.TextOf(value)) : wanted.DeniesOther(value))
            || found.Texts.Any(wanted.Denies)
            || MigrationUris.Of(given, name).Any(uris => uris.Any(wanted.Denies));
    }
}
