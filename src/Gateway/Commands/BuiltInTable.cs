using System.Collections.Frozen;
using Qmp;

namespace Gateway.Commands;

/// <summary>
/// What is known of QEMU's commands (11.0's and before): those that only read are allowed, and the harmless ones of the run state. What
/// is not known is not allowed.
/// </summary>
internal static class BuiltInTable
{
    /// <summary>The rule for a transaction all of whose actions are allowed.</summary>
    public const string Transaction = "built-in: all of its actions are allowed";

    /// <summary>The rule for a transaction that cannot be seen through.</summary>
    public const string Unreadable = "built-in: its actions cannot be read";

    private const string Unknown = "built-in: not known to be harmless";
    private const string Reads = "built-in: only reads";

    private static readonly FrozenDictionary<string, Verdict> Known = new (bool Allowed, string Rule, string[] Commands)[]
    {
        (true, Reads,
        [
            "device-list-properties", "qom-list", "qom-list-get", "qom-list-properties", "qom-list-types", "trace-event-get-state", "x-debug-query-block-graph",
        ]),
        (true, "built-in: sets what happens at the end of a run", [RunStateCommands.SetAction, RunStateCommands.WatchdogSetAction]),
        (true, "built-in: makes a transaction fail", ["abort"]),
        (true, "built-in: changes the run state, as its own route does", ["stop", "cont", "system_reset", "system_powerdown", "system_wakeup", "inject-nmi"]),
        (false, "built-in: has a route of its own", ["quit"]),
        (false, "built-in: runs any command of the human monitor", ["human-monitor-command"]),
        (false, "built-in: opens, reads or writes files of the host",
        [
            "block-commit", "block-stream", "blockdev-add", "blockdev-backup", "blockdev-change-medium", "blockdev-create", "blockdev-mirror", "blockdev-reopen",
            "blockdev-snapshot", "blockdev-snapshot-internal-sync", "blockdev-snapshot-delete-internal-sync", "blockdev-snapshot-sync", "change-backing-file",
            "drive-backup", "drive-mirror", "dump-guest-memory", "dump-skeys", "dumpdtb", "memsave", "pmemsave", "screendump", "snapshot-delete",
            "snapshot-load", "snapshot-save", "trace-event-set-state", "x-blockdev-amend", "xen-load-devices-state", "xen-save-devices-state",
        ]),
        (false, "built-in: passes file descriptors", ["add-fd", "closefd", "getfd", "remove-fd"]),
        (false, "built-in: connects or listens on the host",
        [
            "add_client", "block-export-add", "client_migrate_info", "display-reload", "display-update", "migrate", "migrate-incoming", "migrate-recover",
            "nbd-server-add", "nbd-server-start", "x-blockdev-set-iothread", "xen-set-replication",
        ]),
        (false, "built-in: makes or changes devices and what is behind them",
        [
            "chardev-add", "chardev-change", "chardev-remove", "device_add", "device_del", "netdev_add", "netdev_del", "object-add", "object-del", "qom-set",
            "x-blockdev-change",
        ]),
        (false, "built-in: shows or sets secrets", ["change-vnc-password", "expire_password", "qom-get", "set_password", "sev-inject-launch-secret"]),
        (false, "built-in: takes away what others would read", ["ringbuf-read"]),
    }.SelectMany(static rule => rule.Commands.Select(command => KeyValuePair.Create(command, new Verdict(rule.Allowed, rule.Rule)))).ToFrozenDictionary();

    /// <summary>Whether a command changes nothing, whoever sends it.</summary>
    public static bool OnlyReads(string command) => Judge(command).Rule == Reads;

    /// <summary>The commands that it denies by name.</summary>
    public static IEnumerable<string> Denied => Known.Where(static known => !known.Value.Allowed).Select(static known => known.Key);

    private static bool IsQuery(string command) =>
        (command.StartsWith("query-", StringComparison.Ordinal) || command.StartsWith("x-query-", StringComparison.Ordinal))
        && command.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>What the table says of a command, whatever its arguments.</summary>
    public static Verdict Judge(string command) =>
        IsQuery(command) ? new Verdict(true, Reads)
        : Known.GetValueOrDefault(command, new Verdict(false, Unknown));
}
