using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Sockets;

/// <summary>The ids of this host's users and groups.</summary>
internal static partial class SystemIds
{
    /// <summary>The id of a user, given by name or id; null if there is no such user.</summary>
    public static uint? OfUser(string text) => Number(text) ?? IdIn(LibC.User(text));

    /// <summary>The id of a group, given by name or id; null if there is no such group.</summary>
    public static uint? OfGroup(string text) => Number(text) ?? IdIn(LibC.Group(text));

    private static uint? Number(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    // Both structs, passwd and group, begin with two pointers: the name and the password. The id follows.
    private static uint? IdIn(nint entry) => entry == 0 ? null : (uint)Marshal.ReadInt32(entry, 2 * IntPtr.Size);

    private static partial class LibC
    {
        [LibraryImport("libc", EntryPoint = "getpwnam", StringMarshalling = StringMarshalling.Utf8)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial nint User(string name);

        [LibraryImport("libc", EntryPoint = "getgrnam", StringMarshalling = StringMarshalling.Utf8)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial nint Group(string name);
    }
}
