using System.Runtime.InteropServices;

namespace Gateway.Sockets;

/// <summary>How many files, sockets included, the process may have open at a time.</summary>
internal static partial class Descriptors
{
    // A file, a connection to QEMU, a timer of the runtime: each takes one, and where there is none the process may end.
    private const long MostReserved = 1024;

    /// <summary>The limit of the process (RLIMIT_NOFILE). The runtime has raised it to the most that the system allows.</summary>
    public static long Most { get; } = LibC.GetLimit(LibC.Files, out var limit) == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : 1024;

    /// <summary>How many are kept from clients: for QEMUs, the database and files.</summary>
    public static long Reserved => Math.Min(Most / 8, MostReserved);

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
