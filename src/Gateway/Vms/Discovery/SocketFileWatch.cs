namespace Gateway.Vms.Discovery;

/// <summary>Watches for the file of a socket.</summary>
internal sealed class SocketFileWatch(DirectoryWatches watches, string path, Action appeared) : IDisposable
{
    private readonly string name = Path.GetFileName(path);
    private readonly string directory = Path.GetDirectoryName(path)!;
    private DirectoryWatch? watch;

    /// <summary>Starts the watch if there is none: the directory may have just been created, or replaced.</summary>
    public void Renew()
    {
        if (watch is { IsLive: true })
        {
            return;
        }

        watch?.Dispose();
        watch = watches.TryWatch(directory, changed =>
        {
            if (changed == name || changed.Length == 0)
            {
                appeared();
            }
        });
    }

    public void Dispose() => watch?.Dispose();
}
