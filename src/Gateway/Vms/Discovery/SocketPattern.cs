using System.IO.Enumeration;

namespace Gateway.Vms.Discovery;

/// <summary>Which files of one directory discovery looks at.</summary>
/// <param name="Directory">The directory's absolute path.</param>
/// <param name="Name">A file's name, in which <c>*</c> stands for any text and <c>?</c> for one character. Case-sensitive.</param>
internal sealed record SocketPattern(string Directory, string Name)
{
    /// <summary>What one looks like, for messages.</summary>
    public const string Format = "an absolute path: a directory, which means its *.qmp, or a pattern in the last part alone, as /run/qemu/*.qmp";

    // Other parts of a directory's life have sockets too: serial consoles, VNC, the guest agent.
    private const string Default = "*.qmp";

    /// <summary>Reads a path of the configuration; null if it is not one of <see cref="Format"/>.</summary>
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

    /// <summary>Whether a file's name matches. As in a shell, a leading dot takes one in the pattern.</summary>
    public bool Matches(ReadOnlySpan<char> name) =>
        name.StartsWith('.') == Name.StartsWith('.') && FileSystemName.MatchesSimpleExpression(Name, name, ignoreCase: false);

    /// <inheritdoc/>
    public override string ToString() => Path.Combine(Directory, Name);

    private static bool IsPattern(string text) => text.AsSpan().ContainsAny('*', '?');
}
