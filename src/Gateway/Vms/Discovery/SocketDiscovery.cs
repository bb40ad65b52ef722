using System.Collections.Immutable;
using System.Text;
using Gateway.Data;
using QmpGateway.Qmp;

namespace Gateway.Vms.Discovery;

/// <summary>
/// Finds monitors. Every socket that matches a pattern is a VM for as long as the file exists. Its id is the file name without the extension. Other
/// files are not opened, because connecting to a serial console would take it away from its user. Links are not followed, and files of untrusted users
/// (<see cref="FileTrust"/>) are ignored. Directories that do not exist are checked again until they do.
/// </summary>
internal sealed partial class SocketDiscovery(IReadOnlyList<SocketPattern> patterns, DirectoryWatches watches, TimeProvider time, ILogger<SocketDiscovery> logger)
{
    // In addition to the watch, which is not available everywhere and does not report changes on network file systems.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string[] directories = [.. patterns.Select(static pattern => pattern.Directory).Distinct()];
    private readonly Dictionary<string, string> owners = [];

    // Problems of the last scan and of the current one. Each problem is logged once for as long as it lasts.
    private HashSet<string> logged = [];
    private HashSet<string> problems = [];

    /// <summary>Returns the VMs that exist now. If two files have the same id, the first keeps it until it is removed.</summary>
    public IReadOnlyList<VmDefinition> Look()
    {
        var sockets = patterns.SelectMany(Sockets).Distinct().ToArray();
        var there = sockets.ToHashSet();
        foreach (var gone in owners.Where(owner => !there.Contains(owner.Value)).ToArray())
        {
            owners.Remove(gone.Key);
        }

        VmDefinition[] found = [.. sockets.Select(Define).OfType<VmDefinition>()];
        (logged, problems) = (problems, []);
        return found;
    }

    /// <summary>Scans whenever something changes, and every few seconds.</summary>
    public async Task RunAsync(Func<IReadOnlyList<VmDefinition>, Task> found, CancellationToken cancellationToken)
    {
        // Not disposed, because a watch may still release it after the end.
        var changed = new SemaphoreSlim(0);
        var watched = new Dictionary<string, DirectoryWatch>();
        try
        {
            while (true)
            {
                foreach (var directory in directories.Where(directory => !watched.ContainsKey(directory)))
                {
                    if (watches.TryWatch(directory, _ => changed.Release()) is { } watch)
                    {
                        watched.Add(directory, watch);
                    }
                }

                await found(Look());
                await WaitAsync(changed, cancellationToken);
                foreach (var (directory, watch) in watched.Where(static watch => !watch.Value.IsLive).ToArray())
                {
                    watched.Remove(directory);
                    watch.Dispose();
                }
            }
        }
        finally
        {
            foreach (var watch in watched.Values)
            {
                watch.Dispose();
            }
        }
    }

    private async Task WaitAsync(SemaphoreSlim changed, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(changed.WaitAsync(over.Token), Task.Delay(Interval, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        while (changed.Wait(0, CancellationToken.None))
        {
            // Several changes need only one scan.
        }
    }

    private IEnumerable<string> Sockets(SocketPattern pattern)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(pattern.Directory)
                .Where(path => pattern.Matches(Path.GetFileName(path.AsSpan())) && IsAccepted(path))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Once($"unseen {pattern.Directory}", () => LogUnseen(pattern.Directory, unreadable.Message));
            return [];
        }
    }

    private bool IsAccepted(string path)
    {
        if (UnixFile.LookAtLink(path) is not { IsSocket: true } file)
        {
            return false;
        }

        if (FileTrust.Covers(path))
        {
            return true;
        }

        Once($"foreign {path}", () => LogForeign(path, file.Owner));
        return false;
    }

    private VmDefinition? Define(string path)
    {
        var id = Path.GetFileNameWithoutExtension(path);
        if (!VmDefinition.IsId(id))
        {
            Once($"no id {path}", () => LogNoId(path, VmDefinition.IdFormat));
            return null;
        }

        if (!QmpEndpoint.TryParse($"unix:{path}", out var endpoint))
        {
            Once($"too long {path}", () => LogTooLong(path, Encoding.UTF8.GetByteCount(path)));
            return null;
        }

        if (owners.TryAdd(id, path) || owners[id] == path)
        {
            return new VmDefinition(id, endpoint, VmSource.Discovery, ImmutableSortedDictionary<string, string>.Empty, Actions: null);
        }

        Once($"taken {path}", () => LogTaken(path, id, owners[id]));
        return null;
    }

    private void Once(string what, Action tell)
    {
        if (problems.Add(what) && !logged.Contains(what))
        {
            tell();
        }
    }

    [LoggerMessage(30, LogLevel.Warning, "{Directory} cannot be read: {Reason}. The gateway keeps trying.")]
    private partial void LogUnseen(string directory, string reason);

    [LoggerMessage(31, LogLevel.Warning, "{Path} is ignored: its name is not a valid VM id ({Format}).")]
    private partial void LogNoId(string path, string format);

    [LoggerMessage(32, LogLevel.Warning, "{Path} is ignored: the id '{Id}' is already used by {Owner}.")]
    private partial void LogTaken(string path, string id, string owner);

    [LoggerMessage(33, LogLevel.Warning, "{Path} of the user {Owner} is ignored: every user can create files in that directory. Use a directory for monitors that only QEMU's users can write to.")]
    private partial void LogForeign(string path, uint owner);

    [LoggerMessage(34, LogLevel.Warning, "{Path} is ignored: its path has {Bytes} bytes, but a Unix socket path may have at most 107. Use a shorter directory or file name.")]
    private partial void LogTooLong(string path, int bytes);
}
