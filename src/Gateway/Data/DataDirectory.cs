using Gateway.Settings;
using Microsoft.Win32.SafeHandles;
using QmpGateway.Qmp;

namespace Gateway.Data;

/// <summary>The directory of the journal and the VM registry. It is locked for this process as long as it runs.</summary>
public sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // All files of the gateway, including those that SQLite and a repair create beside them.
    private static readonly string[] Files = ["lock", "vms.json*", "journal.*", "answers.db*", "*.jsonl"];

    // The lock on the directory itself. A lock file alone could be deleted, and a new one created that nobody has locked.
    private readonly SafeFileHandle directory;

    // The lock file. Older gateways use only this lock, and it is the only one on file systems that cannot lock directories (NFS).
    private readonly FileStream file;

    private DataDirectory(string path, SafeFileHandle directory, FileStream file) => (Path, this.directory, this.file) = (path, directory, file);

    /// <summary>The path of the directory.</summary>
    public string Path { get; }

    /// <summary>Creates the directory if it does not exist, and locks it.</summary>
    /// <exception cref="ConfigurationException">The directory cannot be used, or another gateway has locked it.</exception>
    public static DataDirectory Take(string path)
    {
        SafeFileHandle? directory = null;
        try
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
            CloseToOthers(path);
            directory = LibC.OpenDirectory(path);
            // Both locks use flock(2), so the system releases them however the process ends. .NET locks the file because of FileShare.None.
            return LibC.TryLock(directory)
                ? new DataDirectory(path, directory, Open(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileShare.None))
                : throw InUse(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            directory?.Dispose();
            throw failure.HResult == LibC.WouldBlock
                ? InUse(path)
                : new ConfigurationException($"Gateway:DataDirectory = '{path}' cannot be used: {failure.Message}");
        }
        catch (ConfigurationException)
        {
            directory?.Dispose();
            throw;
        }
    }

    /// <summary>Creates a file that no other user can read, if it does not exist. The directory may be older than the gateway and readable for others.</summary>
    internal static void MakeFile(string path)
    {
        if (!File.Exists(path))
        {
            Open(path, FileMode.CreateNew, FileShare.ReadWrite).Dispose();
        }
    }

    /// <summary>Opens a file for writing. A new file gets the same mode as by <see cref="MakeFile"/>.</summary>
    internal static FileStream Open(string path, FileMode mode, FileShare share) =>
        new(path, new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, UnixCreateMode = OwnerOnly, BufferSize = 0 });

    /// <summary>Releases the locks.</summary>
    public void Dispose()
    {
        directory.Dispose();
        file.Dispose();
    }

    /// <summary>Returns the gateway's files in a data directory.</summary>
    internal static IEnumerable<string> FilesIn(string path) => Files.SelectMany(name => Directory.EnumerateFileSystemEntries(path, name));

    /// <summary>Rejects a directory that everybody can write to, unless it and its files belong to the gateway's user.</summary>
    /// <exception cref="IOException">The directory, or a file in it, may belong to another user.</exception>
    internal static void ThrowIfOpenToOthers(string path)
    {
        var found = UnixFile.Look(path)!.Value;
        if (!found.Mode.HasFlag(UnixFileMode.OtherWrite))
        {
            return;
        }

        if (found.Mode.HasFlag(UnixFileMode.StickyBit) || !FileTrust.IsOwn(found.Owner))
        {
            throw new IOException("every user can write to it, and it does not belong to the gateway alone. Choose a directory that only the gateway uses");
        }

        ThrowIfForeign(path);
    }

    private static void ThrowIfForeign(string path)
    {
        if (FilesIn(path).FirstOrDefault(static file => UnixFile.LookAtLink(file) is { } found && (found.IsLink || !FileTrust.IsOwn(found.Owner))) is { } foreign)
        {
            throw new IOException($"every user could write to it, and {foreign} does not belong to the gateway. Find out who created that file, and remove it");
        }
    }

    /// <summary>Removes the permissions of other users on the directory, if everybody could write to it, and on the gateway's files in it.</summary>
    private static void CloseToOthers(string path)
    {
        ThrowIfOpenToOthers(path);
        if (UnixFile.Look(path)!.Value.Mode.HasFlag(UnixFileMode.OtherWrite))
        {
            File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.UserExecute);
            // Checked again, because others could create files found until now.
            ThrowIfForeign(path);
        }

        foreach (var file in FilesIn(path))
        {
            var found = UnixFile.LookAtLink(file)!.Value;
            if (!found.IsLink && FileTrust.IsOwn(found.Owner) && (found.Mode & ~OwnerOnly) != 0 && File.Exists(file))
            {
                File.SetUnixFileMode(file, OwnerOnly);
            }
        }
    }

    private static ConfigurationException InUse(string path) =>
        new($"Gateway:DataDirectory = '{path}' is in use by another gateway. Stop that gateway, or choose another directory for this one.");
}
