using System.Collections.Frozen;
using QmpGateway.Qmp;

namespace Gateway.Commands;

/// <summary>
/// The default for QEMU's commands (11.1 and before). It allows those that only read, and the harmless commands of the run state. An unknown
/// command is denied. Reading does not include values of properties: a <c>secret</c> object's <c>data</c> is one.
/// </summary>
internal static class BuiltInTable
{
    /// <summary>The rule for a transaction whose actions are all allowed.</summary>
    public const string Transaction = "built-in: all of its actions are allowed";

    /// <summary>The rule for a transaction whose actions cannot be parsed.</summary>
    public const string Unreadable = "built-in: its actions cannot be read";

    private const string Unknown = "built-in: not known to be harmless";

    // QEMU names a command so when it reports state and changes none (docs/devel/qapi-code-gen). No query of 7.2 to 11.1 returns the value of an object's
    // property; a test goes through their schemas. New queries follow the same rule.
    private static readonly Entry Query = new(Effect.Reads, "built-in: only reads: a query reports state and changes none");

    private static readonly FrozenDictionary<string, Entry> Known = new (Effect Effect, string Reason, string[] Commands)[]
    {
        (Effect.Reads, "only reads: names of objects, properties and types, no property of an object that exists",
            ["device-list-properties", "qom-list", "qom-list-properties", "qom-list-types"]),
        (Effect.Reads, "only reads: which trace events are on", ["trace-event-get-state"]),
        (Effect.Reads, "only reads: how block nodes are connected", ["x-debug-query-block-graph"]),
        (Effect.Harmless, "sets what happens at the end of a run", [RunStateCommands.SetAction, RunStateCommands.WatchdogSetAction]),
        (Effect.Harmless, "makes a transaction fail", ["abort"]),
        (Effect.Harmless, "changes the run state, as its own route does", ["stop", "cont", "system_reset", "system_powerdown", "system_wakeup", "inject-nmi"]),
        (Effect.Denied, "has its own route", ["quit"]),
        (Effect.Denied, "runs any command of the human monitor", ["human-monitor-command"]),
        (Effect.Denied, "opens, reads or writes files of the host",
        [
            "block-commit", "block-stream", "blockdev-add", "blockdev-backup", "blockdev-change-medium", "blockdev-create", "blockdev-mirror", "blockdev-reopen",
            "blockdev-snapshot", "blockdev-snapshot-internal-sync", "blockdev-snapshot-delete-internal-sync", "blockdev-snapshot-sync", "change-backing-file",
            "drive-backup", "drive-mirror", "dump-guest-memory", "dump-skeys", "dumpdtb", "memsave", "pmemsave", "screendump", "snapshot-delete",
            "snapshot-load", "snapshot-save", "trace-event-set-state", "x-blockdev-amend", "xen-load-devices-state", "xen-save-devices-state",
        ]),
        (Effect.Denied, "passes file descriptors", ["add-fd", "closefd", "getfd", "remove-fd"]),
        (Effect.Denied, "opens network connections or listens on the host",
        [
            "add_client", "block-export-add", "client_migrate_info", "display-reload", "display-update", "migrate", "migrate-incoming", "migrate-recover",
            "nbd-server-add", "nbd-server-start", "x-blockdev-set-iothread", "xen-set-replication",
        ]),
        (Effect.Denied, "names a program that a migration runs", ["migrate-set-parameters"]),
        (Effect.Denied, "creates or changes devices and their backends",
        [
            "chardev-add", "chardev-change", "chardev-remove", "device_add", "device_del", "netdev_add", "netdev_del", "object-add", "object-del", "qom-set",
            "x-blockdev-change",
        ]),
        (Effect.Denied, "returns values of properties, secrets included", ["qom-get", "qom-list-get"]),
        (Effect.Denied, "sets secrets", ["change-vnc-password", "expire_password", "set_password", "sev-inject-launch-secret"]),
        (Effect.Denied, "consumes output that others may need to read", ["ringbuf-read"]),
    }.SelectMany(static group => group.Commands.Select(command => KeyValuePair.Create(command, new Entry(group.Effect, $"built-in: {group.Reason}")))).ToFrozenDictionary();

    private enum Effect
    {
        Reads,
        Harmless,
        Denied,
    }

    /// <summary>Whether a command only reads, and changes nothing.</summary>
    public static bool OnlyReads(string command) => Find(command) is { Effect: Effect.Reads };

    /// <summary>The commands that the table denies by name.</summary>
    public static IEnumerable<string> Denied => Known.Where(static known => known.Value.Effect == Effect.Denied).Select(static known => known.Key);

    /// <summary>Returns the verdict of the table for a command, regardless of its arguments.</summary>
    public static Verdict Judge(string command) =>
        Find(command) is { } entry ? new Verdict(entry.Effect != Effect.Denied, entry.Rule) : new Verdict(false, Unknown);

    private static Entry? Find(string command) => IsQuery(command) ? Query : Known.GetValueOrDefault(command);

    private static bool IsQuery(string command) =>
        (command.StartsWith("query-", StringComparison.Ordinal) || command.StartsWith("x-query-", StringComparison.Ordinal))
        && command.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private sealed record Entry(Effect Effect, string Rule);
}
