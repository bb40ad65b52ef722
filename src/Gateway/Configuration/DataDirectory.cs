namespace Gateway.Configuration;

/// <summary>The directory of journal and registry: this process's alone, for as long as it runs.</summary>
public sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream held;

    private DataDirectory(string path, FileStream held) => (Path, this.held) = (path, held);

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Makes the directory where there is none, and takes it.</summary>
    /// <exception cref="ConfigurationException">It cannot be had, or another gateway has it.</exception>
    public static DataDirectory Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
            // .NET holds a file that it shares with nobody by flock(2), which the system lets go however the process ends.
            return new DataDirectory(path, Open(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileShare.None));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"Gateway:DataDirectory = '{path}' cannot be used: {failure.Message} (Is another gateway running on it?)");
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
    public void Dispose() => held.Dispose();
}
