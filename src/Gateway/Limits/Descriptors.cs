using System.Runtime.InteropServices;

namespace Gateway.Limits;

/// <summary>The limit on open files of the process, including sockets.</summary>
internal static partial class Descriptors
{
    private const long MostReserved = 1024;

    /// <summary>The limit of the process (RLIMIT_NOFILE). The runtime has already raised it to the hard limit.</summary>
    public static long Most { get; } = LibC.GetLimit(LibC.Files, out var limit) == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : 1024;

    private static long Reserved => Math.Min(Most / 8, MostReserved);

    /// <summary>Whether enough descriptors are left for connections to QEMU, the database and files after a new one was opened.</summary>
    /// <param name="descriptor">The new descriptor. It is the lowest free number, so it shows how many are in use.</param>
    public static bool LeavesEnoughForQemus(nint descriptor) => descriptor < Most - Reserved;

    /// <summary>
    /// Whether enough descriptors are left for the database and files after more connections to QEMU are opened. The runtime ends the process if it
    /// cannot open a descriptor.
    /// </summary>
    public static bool AreEnoughForFiles(int more)
    {
        try
        {
            using var next = File.OpenHandle("/dev/null");
            return next.DangerousGetHandle() + more < Most - (Reserved * 3 / 4);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static partial class LibC
    {
        public const int Files = 7; // RLIMIT_NOFILE

        [LibraryImport("libc", EntryPoint = "getrlimit")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int GetLimit(int resource, out Limit limit);

        public struct Limit
        {
            public ulong Soft;
            public ulong Hard;
        }
    }
}
