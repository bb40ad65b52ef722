using System.Runtime.InteropServices;

namespace Gateway.Limits;

/// <summary>How many files, sockets included, the process may have open at a time.</summary>
internal static partial class Descriptors
{
    private const long MostReserved = 1024;

    /// <summary>The limit of the process (RLIMIT_NOFILE). The runtime has raised it to the most that the system allows.</summary>
    public static long Most { get; } = LibC.GetLimit(LibC.Files, out var limit) == 0 ? (long)Math.Min(limit.Soft, long.MaxValue) : 1024;

    private static long Reserved => Math.Min(Most / 8, MostReserved);

    /// <summary>Whether a descriptor just taken leaves enough for QEMUs, the database and files.</summary>
    /// <param name="descriptor">A new one is the lowest that is free, so its number tells how many there are, whatever took them.</param>
    public static bool LeavesEnoughForQemus(nint descriptor) => descriptor < Most - Reserved;

    /// <summary>Whether enough are left for the database and files once connections to QEMUs have taken some more: where the runtime finds none, it ends the process.</summary>
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
