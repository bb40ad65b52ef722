using QmpGateway.Qmp;

namespace Gateway.Vms.Discovery;

/// <summary>
/// Reports files that appear in a directory or disappear from it. All directories share one inotify instance. If a directory cannot be watched,
/// callers must poll it.
/// </summary>
public sealed partial class DirectoryWatches(ILogger<DirectoryWatches> logger) : IDisposable
{
    private readonly Lock sync = new();
    private readonly Dictionary<string, Watch> watches = [];

    // Watches by their kernel number. Several paths may lead to the same directory, which the kernel watches once.
    private readonly Dictionary<int, Watch[]> numbers = [];

    // Error codes that are already in the log. Hundreds of directories may fail with the same one.
    private readonly HashSet<int> logged = [];
    private Inotify? inotify;

    /// <summary>Calls <paramref name="changed"/> with the name of each file that appears or disappears, until the result is disposed. The name is empty if any file may have changed.</summary>
    /// <returns>The watch; null if the directory cannot be watched, for example because it does not exist.</returns>
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
                if (watch is not null)
                {
                    End(watch);
                }

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
            foreach (var watch in watches.Values.ToArray())
            {
                End(watch);
            }

            inotify?.Dispose();
            inotify = null;
        }
    }

    private Watch? Start(string directory)
    {
        // Read before the watch is added. If another directory replaces this one in between, the watch counts as dead instead of belonging to the new directory.
        if (UnixFile.Look(directory) is not { } found || !Directory.Exists(directory))
        {
            return null;
        }

        try
        {
            inotify ??= Inotify.Start(Changed, Forget);
            var watch = new Watch(directory, found.Birth, inotify.Add(directory));
            numbers[watch.Number] = [.. numbers.GetValueOrDefault(watch.Number, []), watch];
            return watch;
        }
        catch (IOException failure)
        {
            if (logged.Add(failure.HResult))
            {
                LogUnwatched(directory, failure.Message);
            }

            return null;
        }
    }

    private void Changed(int number, string name)
    {
        Watch[] affected;
        lock (sync)
        {
            affected = number == Inotify.Any ? [.. watches.Values] : numbers.GetValueOrDefault(number, []);
        }

        foreach (var watch in affected)
        {
            watch.Tell(name);
        }
    }

    /// <summary>Ends the watches of a directory that is gone. Their listeners are notified and must poll.</summary>
    private void Forget(int number)
    {
        Watch[] affected;
        lock (sync)
        {
            affected = numbers.GetValueOrDefault(number, []);
            Array.ForEach(affected, End);
        }

        foreach (var watch in affected)
        {
            watch.Tell("");
        }
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

        watch.HasEnded = true;
        if (!numbers.TryGetValue(watch.Number, out var sharing) || !sharing.Contains(watch))
        {
            return;
        }

        numbers[watch.Number] = [.. sharing.Where(other => other != watch)];
        if (numbers[watch.Number].Length == 0)
        {
            numbers.Remove(watch.Number);
            inotify?.Remove(watch.Number);
        }
    }

    /// <param name="directory">The path.</param>
    /// <param name="birth">Identifies the directory that was at the path.</param>
    /// <param name="number">The kernel's watch of that directory, even if another one is at the path now.</param>
    internal sealed class Watch(string directory, string birth, int number)
    {
        private volatile bool ended;

        public string Directory => directory;

        public int Number => number;

        public Action<string>[] Listeners { get; set; } = [];

        public bool HasEnded
        {
            set => ended = value;
        }

        public bool IsLive => !ended && UnixFile.Look(directory)?.Birth == birth;

        public void Tell(string name)
        {
            foreach (var listener in Listeners)
            {
                listener(name);
            }
        }
    }

    [LoggerMessage(10, LogLevel.Warning, "{Directory} cannot be watched: {Reason}. The gateway polls this directory, and others with the same problem, every few seconds instead.")]
    private partial void LogUnwatched(string directory, string reason);
}

/// <summary>The watch of a directory for one listener.</summary>
internal sealed class DirectoryWatch(DirectoryWatches.Watch watch, Action remove) : IDisposable
{
    /// <summary>Whether it still reports files. False after the directory is gone, even if another has replaced it.</summary>
    public bool IsLive => watch.IsLive;

    /// <inheritdoc/>
    public void Dispose() => remove();
}
