using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Gateway.Commands;

/// <summary>
/// What a rule says of an argument's text, in which <c>*</c> stands for any text. A pattern such as <c>/run/*</c> or <c>unix:/run/*</c> is about
/// paths: it is compared with the file that the text names, not with its spelling.
/// </summary>
internal sealed partial class ArgumentPattern
{
    private static readonly char[] Wild = ['*', '?', '\\'];

    private static readonly string[] Suffixes = [",offset=", ":exportname="];

    private readonly string pattern;
    private readonly string prefix;
    private readonly string? path;

    /// <param name="pattern">The pattern.</param>
    /// <param name="isLine">The text is a line of words, in which a slash makes no path.</param>
    public ArgumentPattern(string pattern, bool isLine)
    {
        this.pattern = pattern;
        var match = isLine ? Match.Empty : AboutPaths().Match(pattern);
        prefix = match.Success ? match.Value : "";
        path = match.Success ? pattern[match.Length..] : null;
    }

    /// <summary>Whether a text is one that the rule allows.</summary>
    public bool Allows(string text) =>
        !text.Split('/').Contains("..")
        && (path is null ? Fits(pattern, text) : PathOf(text) is { } named && HostPath.Resolve(named) is { } real && Fits(Real(path), real));

    /// <summary>Whether a text may be one that the rule denies: a path that the gateway cannot follow may be any.</summary>
    public bool Denies(string text)
    {
        if (Fits(pattern, text))
        {
            return true;
        }

        if (path is null)
        {
            // `*.key` is about the file that a link leads to as well.
            return HostPath.Resolve(text) is { } file && Fits(pattern, file);
        }

        if (PathOf(text) is not { } named)
        {
            return false;
        }

        // The spelling, too: QEMU may have a root of its own, in which links lead elsewhere.
        return HostPath.Resolve(named) is not { } real || IsOrHolds(path, real) || IsOrHolds(Real(path), real) || IsOrHolds(path, Path.GetFullPath(named));
    }

    /// <summary>Whether a value that is no text is spelled as the rule denies it.</summary>
    public bool DeniesSpelling(string value) => Fits(pattern, value);

    // Null where the text is about something else: `tcp:` to a rule about `unix:`.
    private string? PathOf(string text)
    {
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        // What QEMU takes off the end of a path that comes after a prefix.
        var end = prefix.Length == 0 ? -1 : Suffixes.Select(suffix => text.IndexOf(suffix, StringComparison.Ordinal)).Where(static at => at >= 0).DefaultIfEmpty(-1).Min();
        return end < 0 ? text[prefix.Length..] : text[prefix.Length..end];
    }

    // Those who write rules name directories by links as well: /var/run is one.
    private static string Real(string path)
    {
        var wild = path.IndexOfAny(Wild);
        var end = wild < 0 ? path.Length : path.LastIndexOf('/', wild);
        return end > 0 && HostPath.Resolve(path[..end]) is { } real ? $"{(real == "/" ? "" : real)}{path[end..]}" : path;
    }

    // A directory that holds what is denied gives it away: `dir` of vvfat, `tftp` of a user network.
    private static bool IsOrHolds(string path, string named) =>
        Fits(path, named) || LiteralPart(path).StartsWith(named == "/" ? named : $"{named}/", StringComparison.Ordinal);

    private static string LiteralPart(string path) => path.IndexOfAny(Wild) is >= 0 and var wild ? path[..wild] : path;

    private static bool Fits(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);

    // What comes before the path: nothing, or `unix:`, `file:`, `nbd:unix:`. A program's line (`exec:`) and a URL are texts.
    [GeneratedRegex("^(?!exec:|.*://)(?:[a-z][a-z0-9_+-]*:)*(?=/|\\*.*/)", RegexOptions.Singleline)]
    private static partial Regex AboutPaths();
}
