using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Commands;

/// <summary>
/// A rule's pattern for an argument's text, in which <c>*</c> matches any text. A pattern such as <c>/run/*</c> or <c>unix:/run/*</c> is about
/// paths. It is compared with the file that a path leads to, after links are resolved.
/// </summary>
internal sealed partial class ArgumentPattern
{
    private static readonly char[] Wild = ['*', '?', '\\'];

    private static readonly string[] Suffixes = [",offset=", ":exportname="];

    private readonly string pattern;
    private readonly string prefix;
    private readonly string? path;

    /// <param name="pattern">The pattern.</param>
    /// <param name="isLine">The text is a command line, so a slash does not make it a path.</param>
    public ArgumentPattern(string pattern, bool isLine)
    {
        this.pattern = pattern;
        var match = isLine ? Match.Empty : AboutPaths().Match(pattern);
        prefix = match.Success ? match.Value : "";
        path = match.Success ? pattern[match.Length..] : null;
    }

    /// <summary>Whether an allow rule matches the text.</summary>
    public bool Allows(string text) =>
        !text.Split('/').Contains("..")
        && (path is null ? Fits(pattern, text) : PathOf(text) is { } named && HostPath.Resolve(named) is { } real && Fits(Real(path), real));

    /// <summary>Whether a deny rule may match the text. A path that the gateway cannot resolve may name any file.</summary>
    public bool Denies(string text)
    {
        if (Fits(pattern, text))
        {
            return true;
        }

        if (path is null)
        {
            // A pattern such as `*.key` also applies to the file that a link leads to.
            return HostPath.Resolve(text) is { } file && Fits(pattern, file);
        }

        if (PathOf(text) is not { } named)
        {
            return false;
        }

        // Also compare the path as the caller wrote it: QEMU may run in another root directory, in which links lead elsewhere.
        return HostPath.Resolve(named) is not { } real || IsOrHolds(path, real) || IsOrHolds(Real(path), real) || IsOrHolds(path, Path.GetFullPath(named));
    }

    /// <summary>Whether a deny rule matches the JSON text of a value that is not a string. A number also matches in its shortest form: QEMU reads <c>-0</c> as 0.</summary>
    public bool DeniesOther(JsonElement value) => Fits(pattern, value.GetRawText())
        || (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && Fits(pattern, (number + 0.0).ToString(CultureInfo.InvariantCulture)));

    // Null if the text has another prefix than the pattern, such as `tcp:` instead of `unix:`.
    private string? PathOf(string text)
    {
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        // QEMU cuts these suffixes off a path that follows a prefix.
        var end = prefix.Length == 0 ? -1 : Suffixes.Select(suffix => text.IndexOf(suffix, StringComparison.Ordinal)).Where(static at => at >= 0).DefaultIfEmpty(-1).Min();
        return end < 0 ? text[prefix.Length..] : text[prefix.Length..end];
    }

    // A rule may name a directory by a link, such as /var/run.
    private static string Real(string path)
    {
        var wild = path.IndexOfAny(Wild);
        var end = wild < 0 ? path.Length : path.LastIndexOf('/', wild);
        return end > 0 && HostPath.Resolve(path[..end]) is { } real ? $"{(real == "/" ? "" : real)}{path[end..]}" : path;
    }

    // Access to a directory gives access to the files in it: `dir` of vvfat, `tftp` of a user network.
    private static bool IsOrHolds(string path, string named) =>
        Fits(path, named) || LiteralPart(path).StartsWith(named == "/" ? named : $"{named}/", StringComparison.Ordinal);

    private static string LiteralPart(string path) => path.IndexOfAny(Wild) is >= 0 and var wild ? path[..wild] : path;

    private static bool Fits(string pattern, string text) => FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);

    // The prefix before a path: nothing, or `unix:`, `file:`, `nbd:unix:`. A shell command (`exec:`) or a URL is not a path.
    [GeneratedRegex("^(?!exec:|.*://)(?:[a-z][a-z0-9_+-]*:)*(?=/|\\*.*/)", RegexOptions.Singleline)]
    private static partial Regex AboutPaths();
}
