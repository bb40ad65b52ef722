namespace Gateway.Vms;

/// <summary>
/// Tells who asked when a file appears in a directory. One inotify instance a directory, however many files are watched: a
/// user may have 128 of them by default. Where none can be had, those who wait find out by looking again.
/// </summary>
public sealed partial class DirectoryWatches(ILogger<DirectoryWatches> logger) : IDisposable
{
    private readonly Lock sync = new();
    private readonly Dictionary<string, Watch> watches = [];

    /// <summary>Calls <paramref name="changed"/> with the name of each file that appears or goes, until disposed.</summary>
    /// <returns>Null where the directory cannot be watched, for one because it is not there.</returns>
    public IDisposable? TryWatch(string directory, Action<string> changed)
    {
        lock (sync)
        {
            if (!watches.TryGetValue(directory, out var watch))
            {
                if (Start(directory) is not { } started)
                {
                    return null;
                }

                watches.Add(directory, watch = started);
            }

            watch.Listeners = [.. watch.Listeners, changed];
            return new Listener(this, directory, changed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (sync)
        {
            foreach (var watch in watches.Values)
            {
                watch.Watcher.Dispose();
            }

            watches.Clear();
        }
    }

    private Watch? Start(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return null;
        }

        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.FileName };
            var watch = new Watch(watcher);
            watcher.Created += (_, change) => watch.Tell(change.Name);
            watcher.Deleted += (_, change) => watch.Tell(change.Name);
            watcher.Renamed += (_, change) => watch.Tell(change.Name);
            watcher.Error += (_, _) => Forget(directory, watch);
            watcher.EnableRaisingEvents = true;
            return watch;
        }
        catch (Exception failure) when (failure is IOException or ArgumentException or UnauthorizedAccessException)
        {
            watcher?.Dispose();
            LogUnwatched(directory, failure.Message);
            return null;
        }
    }

    /// <summary>The directory went, or too much happened at once: whoever still waits looks again by himself.</summary>
    private void Forget(string directory, Watch watch)
    {
        lock (sync)
        {
            if (watches.GetValueOrDefault(directory) == watch)
            {
                watches.Remove(directory);
            }
        }

        watch.Tell(null);
        watch.Watcher.Dispose();
    }

    private void Remove(string directory, Action<string> listener)
    {
        lock (sync)
        {
            if (!watches.TryGetValue(directory, out var watch))
            {
                return;
            }

            watch.Listeners = [.. watch.Listeners.Where(other => other != listener)];
            if (watch.Listeners.Length == 0)
            {
                watches.Remove(directory);
                watch.Watcher.Dispose();
            }
        }
    }

    private sealed class Watch(FileSystemWatcher watcher)
    {
        public FileSystemWatcher Watcher => watcher;

        public Action<string>[] Listeners { get; set; } = [];

        public void Tell(string? name)
        {
            foreach (var listener in Listeners)
            {
                listener(name ?? "");
            }
        }
    }

    private sealed class Listener(DirectoryWatches owner, string directory, Action<string> listener) : IDisposable
    {
        public void Dispose() => owner.Remove(directory, listener);
    }

    [LoggerMessage(10, LogLevel.Warning, "{Directory} cannot be watched ({Reason}); sockets there are looked for every few seconds instead.")]
    private partial void LogUnwatched(string directory, string reason);
}

/// <summary>Waits for one socket's file.</summary>
internal sealed class SocketFileWatch(DirectoryWatches watches, string path, Action appeared) : IDisposable
{
    private readonly string name = Path.GetFileName(path);
    private readonly string directory = Path.GetDirectoryName(path)!;
    private IDisposable? watch;

    /// <summary>Watches from now on, if it does not yet: the directory may have come only now, or gone and come again.</summary>
    public void Renew()
    {
        if (!Directory.Exists(directory))
        {
            watch?.Dispose();
            watch = null;
        }

        watch ??= watches.TryWatch(directory, changed =>
        {
            if (changed == name || changed.Length == 0)
            {
                appeared();
            }
        });
    }

    public void Dispose() => watch?.Dispose();
}
