namespace Gateway.Vms.Discovery;

/// <summary>Waits for one socket's file.</summary>
internal sealed class SocketFileWatch(DirectoryWatches watches, string path, Action appeared) : IDisposable
{
    private readonly string name = Path.GetFileName(path);
    private readonly string directory = Path.GetDirectoryName(path)!;
    private DirectoryWatch? watch;

    /// <summary>Watches from now on, if it does not yet: the directory may have come only now, or gone and come again.</summary>
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
