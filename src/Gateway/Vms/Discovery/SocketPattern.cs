using System.IO.Enumeration;

namespace Gateway.Vms.Discovery;

/// <summary>The files of a directory that discovery considers.</summary>
/// <param name="Directory">The directory's absolute path.</param>
/// <param name="Name">A pattern for file names, in which <c>*</c> matches any text and <c>?</c> one character. Case-sensitive.</param>
internal sealed record SocketPattern(string Directory, string Name)
{
    /// <summary>The format of a pattern, for messages.</summary>
    public const string Format = "an absolute path: a directory, which stands for its *.qmp, or a pattern in the last part only, such as /run/qemu/*.qmp";

    // Not every socket, because serial consoles, VNC and the guest agent also have sockets.
    private const string Default = "*.qmp";

    /// <summary>Parses a path of the configuration. Returns null if it does not match <see cref="Format"/>.</summary>
    public static SocketPattern? TryParse(string? path)
    {
        if (!Path.IsPathRooted(path))
        {
            return null;
        }

        var name = Path.GetFileName(path);
        var pattern = IsPattern(name) ? new SocketPattern(Path.GetDirectoryName(path)!, name) : new SocketPattern(path, Default);
        return IsPattern(pattern.Directory) ? null : pattern;
    }

    /// <summary>Whether a file name matches. As in a shell, a leading dot matches only a leading dot in the pattern.</summary>
    public bool Matches(ReadOnlySpan<char> name) =>
        name.StartsWith('.') == Name.StartsWith('.') && FileSystemName.MatchesSimpleExpression(Name, name, ignoreCase: false);

    /// <inheritdoc/>
    public override string ToString() => Path.Combine(Directory, Name);

    private static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '?');
}
