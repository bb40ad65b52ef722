using System.Runtime.InteropServices;
using QmpGateway.Qmp;

namespace Gateway.Data;

/// <summary>
/// Decides which files are trusted. The mode of a directory limits who can create files in it, so these files are trusted like the directory. If everybody
/// can (<c>/tmp</c>), only files of root, the gateway's user and the directory's owner are trusted.
/// </summary>
internal static partial class FileTrust
{
    private const uint Root = 0;

    private static readonly uint Self = LibC.EffectiveUser();

    /// <summary>Whether a user is the one that the gateway runs as.</summary>
    public static bool IsOwn(uint user) => user == Self;

    /// <summary>Whether every part of a path belongs to a trusted user. Links are not followed.</summary>
    public static bool Covers(string path)
    {
        for (var (part, directory) = (path, Path.GetDirectoryName(path)); directory is not null; (part, directory) = (directory, Path.GetDirectoryName(directory)))
        {
            if (UnixFile.LookAtLink(part) is { } file && !Counts(file.Owner, directory))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether files of a user are trusted in a directory.</summary>
    public static bool Counts(uint user, string directory) =>
        user == Root || user == Self || UnixFile.Look(directory) is not { } found || !found.Mode.HasFlag(UnixFileMode.OtherWrite) || user == found.Owner;

    private static partial class LibC
    {
        [LibraryImport("libc", EntryPoint = "geteuid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial uint EffectiveUser();
    }
}
