namespace Gateway.Commands.Typed;

/// <summary>Groups commands by the words in their names, because the schema has no groups.</summary>
internal static class CommandGroups
{
    private const string Others = "Machine";

    // A command belongs to the first group that has a word of its name.
    private static readonly (string Group, string[] Words)[] Groups =
    [
        ("Jobs", ["job", "jobs"]),
        ("Block devices", ["block", "blockdev", "blockstats", "drive", "nbd", "eject", "backing", "transaction"]),
        ("Snapshots", ["snapshot"]),
        ("Migration", ["migrate", "colo", "dirty", "replication", "announce", "xen"]),
        ("Character devices", ["chardev", "ringbuf"]),
        ("Display and input", ["display", "vnc", "spice", "screendump", "input", "key", "mice", "password", "client"]),
        ("Network", ["netdev", "link", "rx", "rocker"]),
        ("Memory and processors", ["cpu", "cpus", "vcpu", "hotpluggable", "memory", "memdev", "memsave", "pmemsave", "balloon", "numa", "ramblock", "dump", "sev", "sgx"]),
        ("Devices and objects", ["device", "qom", "object", "pci", "usb", "tpm", "virtio", "iothreads"]),
        ("Run state", ["stop", "cont", "quit", "system", "status", "action", "watchdog", "nmi", "rtc", "preconfig"]),
        ("Debugging", ["trace", "replay", "jit", "opcount", "profile", "irq", "rdma", "roms", "stats"]),
        ("Monitor", ["qmp", "commands", "command", "human", "fd", "fdsets", "getfd", "closefd", "version", "yank"]),
    ];

    /// <summary>All groups, in the order in which a page should show them.</summary>
    public static IEnumerable<string> All => [.. Groups.Select(static group => group.Group), Others];

    /// <summary>Returns the group of a command.</summary>
    public static string Of(string command) =>
        Groups.FirstOrDefault(group => group.Words.Intersect(Words(command)).Any()).Group ?? Others;

    /// <summary>Returns a one-line summary of a command, derived from its name.</summary>
    public static string Summary(string command) => Words(command) switch
    {
        ["query", .. var what] => $"Reads {string.Join(' ', what)}",
        ["x", "query", .. var what] => $"Reads {string.Join(' ', what)} (experimental)",
        ["x", .. var what] => $"{Sentence(what)} (experimental)",
        var what => Sentence(what),
    };

    private static string Sentence(string[] words) => string.Join(' ', words) is [var first, .. var rest] ? char.ToUpperInvariant(first) + rest : "";

    private static string[] Words(string command) => command.Split('-', '_');
}
