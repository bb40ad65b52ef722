using System.Text.Json;
using Gateway.Json;

namespace Gateway.Commands;

/// <summary>What a rule says of one argument.</summary>
/// <param name="name">Its name; dots reach inside.</param>
/// <param name="pattern">What its text has to be.</param>
internal sealed class RuleArgument(string name, string pattern)
{
    private readonly string[] path = name.Split('.');
    // That of human-monitor-command is such a line.
    private readonly ArgumentPattern wanted = new(pattern, isLine: name == "command-line");

    /// <summary>
    /// Whether arguments are as an allow wants them: this one is there, and it and whatever else has its name further inside is a text that fits.
    /// </summary>
    public bool Allows(JsonElement given)
    {
        var found = ArgumentSearch.For(name, given);
        var channels = MigrationUris.Of(given, name);
        return !found.IsBlind
            && (channels.Count > 0 || ArgumentTree.Find(given, path) is not null)
            && found.Values.All(value => value.ValueKind == JsonValueKind.String && wanted.Allows(JsonReading.TextOf(value)))
            && channels.All(spellings => spellings.Any(wanted.Allows));
    }

    /// <summary>
    /// Whether arguments may be what a deny is about: something of this name fits at any depth, in any spelling that means the same to QEMU.
    /// </summary>
    public bool Denies(JsonElement given)
    {
        var found = ArgumentSearch.For(name, given);
        return found.IsBlind
            || found.Values.Any(value => value.ValueKind == JsonValueKind.String ? wanted.Denies(JsonReading.TextOf(value)) : wanted.DeniesSpelling(value.GetRawText()))
            || found.Texts.Any(wanted.Denies)
            || MigrationUris.Of(given, name).Any(spellings => spellings.Any(wanted.Denies));
    }
}
