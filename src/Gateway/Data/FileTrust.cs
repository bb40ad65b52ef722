using System.Runtime.InteropServices;
using QmpGateway.Qmp;

namespace Gateway.Data;

/// <summary>
/// Decides whose files count. The mode of a directory says who may put files into it, so those are as good as the directory. Where everybody may
/// (<c>/tmp</c>), only the files of root, of the gateway's own user and of the directory's owner count.
/// </summary>
internal static partial class FileTrust
{
    private const uint Root = 0;

    private static readonly uint Self = LibC.EffectiveUser();

    /// <summary>Whether a user is the one that the gateway runs as.</summary>
    public static bool IsOwn(uint user) => user == Self;

    /// <summary>Whether every part of the path, links as such, was made by somebody who counts.</summary>
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

    /// <summary>Whether files of that user count in a directory.</summary>
    public static bool Counts(uint user, string directory) =>
        user == Root || user == Self || UnixFile.Look(directory) is not { } there || !there.Mode.HasFlag(UnixFileMode.OtherWrite) || user == there.Owner;

    private static partial class LibC
    {
        [LibraryImport("libc", EntryPoint = "geteuid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial uint EffectiveUser();
    }
}
