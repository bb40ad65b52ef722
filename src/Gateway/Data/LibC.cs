using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Data;

/// <summary>What the system does with directories and .NET does not: it opens files only.</summary>
internal static partial class LibC
{
    /// <summary>EWOULDBLOCK: somebody else has the lock.</summary>
    public const int WouldBlock = 11;

    // O_RDONLY | O_CLOEXEC; a directory needs no flag of its own.
    private const int ReadOnly = 0x80000;

    // LOCK_EX | LOCK_NB
    private const int ExclusiveAtOnce = 2 | 4;

    // LOCK_SH | LOCK_NB
    private const int SharedAtOnce = 1 | 4;

    // R_OK | W_OK, X_OK
    private const int ReadWrite = 4 | 2;
    private const int Search = 1;

    /// <summary>Opens a directory.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static SafeFileHandle OpenDirectory(string path) => Open(path, ReadOnly) is { IsInvalid: false } directory ? directory : throw Failure(path);

    /// <summary>Puts the names in a directory on disk.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public static void Sync(SafeFileHandle directory, string path)
    {
        if (Fsync(directory) != 0)
        {
            throw Failure(path);
        }
    }

    /// <summary>Locks an open directory until its handle is closed or the process ends; false where another process has locked it.</summary>
    /// <remarks>True also where the file system locks no directories, as NFS: it asks for a descriptor that can be written.</remarks>
    public static bool TryLock(SafeFileHandle directory) => Flock(directory, ExclusiveAtOnce) == 0 || Marshal.GetLastPInvokeError() != WouldBlock;

    /// <summary>Whether a process has locked an open directory, as <see cref="TryLock"/> does. This takes no lock that lasts.</summary>
    public static bool IsLocked(SafeFileHandle directory) => Flock(directory, SharedAtOnce) != 0 && Marshal.GetLastPInvokeError() == WouldBlock;

    /// <summary>Checks that this user may read and write a file, or may make files in a directory.</summary>
    /// <exception cref="IOException">He may not.</exception>
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
