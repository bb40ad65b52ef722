using Gateway.Settings;
using Microsoft.Win32.SafeHandles;
using QmpGateway.Qmp;

namespace Gateway.Data;

/// <summary>The directory of journal and registry: this process's alone, for as long as it runs.</summary>
public sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Whatever makes them, and whatever SQLite and a repair keep beside them.
    private static readonly string[] Files = ["lock", "vms.json*", "journal.*", "answers.db*", "*.jsonl"];

    // The directory itself: a file in it can be deleted, and another made that nobody holds.
    private readonly SafeFileHandle directory;

    // What gateways that know of no other lock hold, and all there is where a directory cannot be locked (NFS).
    private readonly FileStream file;

    private DataDirectory(string path, SafeFileHandle directory, FileStream file) => (Path, this.directory, this.file) = (path, directory, file);

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Makes the directory where there is none, and takes it.</summary>
    /// <exception cref="ConfigurationException">It cannot be had, or another gateway has it.</exception>
    public static DataDirectory Take(string path)
    {
        SafeFileHandle? directory = null;
        try
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
            CloseToOthers(path);
            directory = LibC.OpenDirectory(path);
            // Both locks are flock(2)'s, which the system releases however the process ends. .NET takes the second one for a file that it shares with nobody.
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

    /// <summary>Makes a file, where there is none, that no other user can read: the directory may be older than the gateway, and open.</summary>
    internal static void MakeFile(string path)
    {
        if (!File.Exists(path))
        {
            Open(path, FileMode.CreateNew, FileShare.ReadWrite).Dispose();
        }
    }

    /// <summary>Opens a file for writing, its mode that of <see cref="MakeFile"/>.</summary>
    internal static FileStream Open(string path, FileMode mode, FileShare share) =>
        new(path, new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, UnixCreateMode = OwnerOnly, BufferSize = 0 });

    /// <summary>Lets the directory go.</summary>
    public void Dispose()
    {
        directory.Dispose();
        file.Dispose();
    }

    /// <summary>The gateway's files in a data directory.</summary>
    internal static IEnumerable<string> FilesIn(string path) => Files.SelectMany(name => Directory.EnumerateFileSystemEntries(path, name));

    /// <summary>Refuses a directory that everybody can write to, unless nobody else has used it yet.</summary>
    /// <exception cref="IOException">The directory, or a file in it, may be somebody else's.</exception>
    internal static void ThrowIfOpenToOthers(string path)
    {
        var found = UnixFile.Look(path)!.Value;
        if (!found.Mode.HasFlag(UnixFileMode.OtherWrite))
        {
            return;
        }

        if (found.Mode.HasFlag(UnixFileMode.StickyBit) || !FileTrust.IsOwn(found.Owner))
        {
            throw new IOException("everybody can write to it, and it is not the gateway's alone. Choose a directory of its own");
        }

        ThrowIfForeign(path);
    }

    private static void ThrowIfForeign(string path)
    {
        if (FilesIn(path).FirstOrDefault(static file => UnixFile.LookAtLink(file) is { } there && (there.IsLink || !FileTrust.IsOwn(there.Owner))) is { } foreign)
        {
            throw new IOException($"everybody could write to it, and {foreign} is not the gateway's own. See who made it, and remove it");
        }
    }

    /// <summary>Takes a directory that everybody could write to back from them, and the gateway's files, which an older gateway or a copy left readable.</summary>
    private static void CloseToOthers(string path)
    {
        ThrowIfOpenToOthers(path);
        if (UnixFile.Look(path)!.Value.Mode.HasFlag(UnixFileMode.OtherWrite))
        {
            File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.UserExecute);
            // Once more: until now others could still put files there.
            ThrowIfForeign(path);
        }

        foreach (var file in FilesIn(path))
        {
            var there = UnixFile.LookAtLink(file)!.Value;
            if (!there.IsLink && FileTrust.IsOwn(there.Owner) && (there.Mode & ~OwnerOnly) != 0 && File.Exists(file))
            {
                File.SetUnixFileMode(file, OwnerOnly);
            }
        }
    }

    private static ConfigurationException InUse(string path) =>
        new($"Gateway:DataDirectory = '{path}' is in use: another gateway runs on it. Stop that one, or give this one a directory of its own.");
}
