using System.Collections.Frozen;

namespace Gateway.Vms;

/// <summary>Default timeouts of commands.</summary>
public static class CommandTimes
{
    // These commands wait for disks, for the guest or for a peer.
    private static readonly FrozenSet<string> Slow = FrozenSet.ToFrozenSet(
    [
        "blockdev-add", "blockdev-create", "blockdev-del", "blockdev-reopen", "blockdev-snapshot-sync", "blockdev-snapshot-internal-sync",
        "block_resize", "change-backing-file", "device_add", "device_del", "dump-guest-memory", "human-monitor-command", "memsave",
        "migrate", "migrate-incoming", "nbd-server-add", "netdev_add", "object-add", "pmemsave", "query-block", "query-blockstats",
        "query-named-block-nodes", "query-qmp-schema", "screendump", "transaction",
    ]);

    /// <summary>The default timeout of a command: the configured timeout, and at least a minute for slow commands.</summary>
    public static TimeSpan For(string command, QmpOptions options) =>
        Slow.Contains(command) && options.CommandTimeout < TimeSpan.FromMinutes(1) ? TimeSpan.FromMinutes(1) : options.CommandTimeout;
}
