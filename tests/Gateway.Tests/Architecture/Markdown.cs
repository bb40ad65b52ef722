using System.Text;
using System.Text.RegularExpressions;
using Gateway.Tests.OpenApi;

namespace Gateway.Tests.Architecture;

/// <summary>A Markdown file of the repository, as GitHub reads it.</summary>
internal sealed partial class Markdown
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "packages", ".git", "TestResults"];

    private Markdown(string name, string text)
    {
        Name = name;
        var prose = CodeBlock().Replace(text, "");
        Anchors = AnchorsOf(prose);
        Links = [.. Link().Matches(Code().Replace(prose, "")).Select(static link => link.Groups[1].Value)];
    }

    /// <summary>The path in the repository.</summary>
    public string Name { get; }

    /// <summary>The targets of its links, as they are written.</summary>
    public IReadOnlyList<string> Links { get; }

    /// <summary>What a link to one of its headings has after <c>#</c>.</summary>
    public IReadOnlySet<string> Anchors { get; }

    /// <summary>Every Markdown file of the repository.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. In(new DirectoryInfo(Repository.Root)).Select(static file => Path.GetRelativePath(Repository.Root, file.FullName)).Order(StringComparer.Ordinal)];

    public static Markdown Read(string name) => new(name, File.ReadAllText(Repository.PathOf(name)));

    internal static Markdown Of(string name, string text) => new(name, text);

    private static IEnumerable<FileInfo> In(DirectoryInfo directory) => directory.GetFiles("*.md")
        .Concat(directory.GetDirectories().Where(static inner => inner.LinkTarget is null && !NotOurs.Contains(inner.Name)).SelectMany(In));

    private static HashSet<string> AnchorsOf(string prose)
    {
        var anchors = new HashSet<string>();
        foreach (Match heading in Heading().Matches(prose))
        {
            var anchor = Anchor(heading.Groups[1].Value);
            var unique = anchor;
            for (var i = 1; !anchors.Add(unique); i++)
            {
                unique = $"{anchor}-{i}";
            }
        }

        return anchors;
    }

    // Letters and digits in lower case, spaces as hyphens; other punctuation goes.
    private static string Anchor(string heading)
    {
        var anchor = new StringBuilder();
        foreach (var c in LinkInHeading().Replace(heading.Trim(), "$1"))
        {
            _ = c == ' ' ? anchor.Append('-') : char.IsLetterOrDigit(c) || c is '-' or '_' ? anchor.Append(char.ToLowerInvariant(c)) : anchor;
        }

        return anchor.ToString();
    }

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkInHeading();

    [GeneratedRegex(@"^#{1,6} +(.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
