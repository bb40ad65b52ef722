using Qmp;

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
    internal DirectoryWatch? TryWatch(string directory, Action<string> changed)
    {
        lock (sync)
        {
            var watch = watches.GetValueOrDefault(directory);
            if (watch is null or { IsLive: false })
            {
                if (Start(directory) is not { } started)
                {
                    return null;
                }

                watches[directory] = started;
                watch?.End();
                watch = started;
            }

            watch.Listeners = [.. watch.Listeners, changed];
            return new DirectoryWatch(watch, () => Remove(watch, changed));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (sync)
        {
            foreach (var watch in watches.Values)
            {
                watch.End();
            }

            watches.Clear();
        }
    }

    private Watch? Start(string directory)
    {
        // Looked at before it is watched: should another take its place in between, the watch counts as dead, not as that one's.
        if (UnixFile.Look(directory) is not { } found || !Directory.Exists(directory))
        {
            return null;
        }

        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.FileName };
            var watch = new Watch(directory, found.Birth, watcher);
            watcher.Created += (_, change) => watch.Tell(change.Name);
            watcher.Deleted += (_, change) => watch.Tell(change.Name);
            watcher.Renamed += (_, change) => watch.Tell(change.Name);
            watcher.Error += (_, _) => Forget(watch);
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
    private void Forget(Watch watch)
    {
        lock (sync)
        {
            End(watch);
        }

        watch.Tell(null);
    }

    private void Remove(Watch watch, Action<string> listener)
    {
        lock (sync)
        {
            watch.Listeners = [.. watch.Listeners.Where(other => other != listener)];
            if (watch.Listeners.Length == 0)
            {
                End(watch);
            }
        }
    }

    private void End(Watch watch)
    {
        if (watches.GetValueOrDefault(watch.Directory) == watch)
        {
            watches.Remove(watch.Directory);
        }

        watch.End();
    }

    /// <param name="directory">Its path.</param>
    /// <param name="birth">The directory that was at the path.</param>
    /// <param name="watcher">Watches that one, also when another is at the path.</param>
    internal sealed class Watch(string directory, string birth, FileSystemWatcher watcher)
    {
        private volatile bool ended;

        public string Directory => directory;

        public Action<string>[] Listeners { get; set; } = [];

        public bool IsLive => !ended && UnixFile.Look(directory)?.Birth == birth;

        public void Tell(string? name)
        {
            foreach (var listener in Listeners)
            {
                listener(name ?? "");
            }
        }

        public void End()
        {
            ended = true;
            watcher.Dispose();
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "{Directory} cannot be watched ({Reason}); sockets there are looked for every few seconds instead.")]
    private partial void LogUnwatched(string directory, string reason);
}

/// <summary>One listener's part of the watch of a directory.</summary>
internal sealed class DirectoryWatch(DirectoryWatches.Watch watch, Action remove) : IDisposable
{
    /// <summary>Whether it would tell of a file: false once the directory is gone, also where another is in its place.</summary>
    public bool IsLive => watch.IsLive;

    /// <inheritdoc/>
    public void Dispose() => remove();
}
