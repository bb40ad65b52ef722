using QmpGateway.Qmp;

namespace Gateway.Vms.Discovery;

/// <summary>
/// Tells who asked when a file appears in a directory. All directories share one inotify instance. Where a directory cannot be watched, those who
/// wait find out by looking again.
/// </summary>
public sealed partial class DirectoryWatches(ILogger<DirectoryWatches> logger) : IDisposable
{
    private readonly Lock sync = new();
    private readonly Dictionary<string, Watch> watches = [];

    // Several paths may lead to one directory, which the kernel watches once.
    private readonly Dictionary<int, Watch[]> numbers = [];

    // Reasons that are in the log: hundreds of directories may lack a watch for the same one.
    private readonly HashSet<int> told = [];
    private Inotify? inotify;

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
        // Looked at before it is watched: should another take its place in between, the watch counts as dead, not as that one's.
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
            if (told.Add(failure.HResult))
            {
                LogUnwatched(directory, failure.Message);
            }

            return null;
        }
    }

    private void Changed(int number, string name)
    {
        Watch[] about;
        lock (sync)
        {
            about = number == Inotify.Any ? [.. watches.Values] : numbers.GetValueOrDefault(number, []);
        }

        foreach (var watch in about)
        {
            watch.Tell(name);
        }
    }

    /// <summary>The directory is gone: whoever still waits looks again by himself.</summary>
    private void Forget(int number)
    {
        Watch[] about;
        lock (sync)
        {
            about = numbers.GetValueOrDefault(number, []);
            Array.ForEach(about, End);
        }

        foreach (var watch in about)
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

    /// <param name="directory">Its path.</param>
    /// <param name="birth">The directory that was at the path.</param>
    /// <param name="number">The kernel's watch of that one, also when another is at the path.</param>
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

    [LoggerMessage(10, LogLevel.Warning, "{Directory} cannot be watched: {Reason}. Sockets there, and in other directories for the same reason, are looked for every few seconds instead.")]
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
