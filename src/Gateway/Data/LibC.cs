using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Data;

/// <summary>Opens, locks and syncs directories, and checks permissions. .NET can only open files.</summary>
internal static partial class LibC
{
    /// <summary>EWOULDBLOCK: another process has the lock.</summary>
    public const int WouldBlock = 11;

    // O_RDONLY | O_CLOEXEC. O_DIRECTORY is not necessary.
    private const int ReadOnly = 0x80000;

    // LOCK_EX | LOCK_NB
    private const int ExclusiveAtOnce = 2 | 4;

    // LOCK_SH | LOCK_NB
    private const int SharedAtOnce = 1 | 4;

    // R_OK | W_OK, X_OK
    private const int ReadWrite = 4 | 2;
    private const int Search = 1;

    /// <summary>Opens a directory.</summary>
    /// <exception cref="IOException">The directory cannot be opened.</exception>
    public static SafeFileHandle OpenDirectory(string path) => Open(path, ReadOnly) is { IsInvalid: false } directory ? directory : throw Failure(path);

    /// <summary>Syncs a directory to disk.</summary>
    /// <exception cref="IOException">The directory cannot be synced.</exception>
    public static void Sync(SafeFileHandle directory, string path)
    {
        if (Fsync(directory) != 0)
        {
            throw Failure(path);
        }
    }

    /// <summary>Locks an open directory until its handle is closed or the process ends. Returns false if another process has locked it.</summary>
    /// <remarks>Also returns true if the file system cannot lock directories. NFS is an example: it requires a writable descriptor.</remarks>
    public static bool TryLock(SafeFileHandle directory) => Flock(directory, ExclusiveAtOnce) == 0 || Marshal.GetLastPInvokeError() != WouldBlock;

    /// <summary>Whether another process has locked an open directory with <see cref="TryLock"/>. Close the handle soon: this takes a shared lock.</summary>
    public static bool IsLocked(SafeFileHandle directory) => Flock(directory, SharedAtOnce) != 0 && Marshal.GetLastPInvokeError() == WouldBlock;

    /// <summary>Checks that the gateway's user may read and write a file, or create files in a directory.</summary>
    /// <exception cref="IOException">The user may not.</exception>
    public static void ThrowUnlessWritable(string path, bool isDirectory)
    {
        if (Access(path, isDirectory ? ReadWrite | Search : ReadWrite) != 0)
        {
            throw Failure(path);
        }
    }

    private static IOException Failure(string path) => new($"{path}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
