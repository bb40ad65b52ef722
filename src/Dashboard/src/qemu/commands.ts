import { LIFECYCLE } from "./lifecycle.js";
import { named } from "./words.js";

// QEMU's schema has no groups: a command belongs to the first that has a word of its name.
const GROUPS: readonly (readonly [group: string, words: readonly string[]])[] = [
  ["Jobs", ["job", "jobs"]],
  ["Block devices", ["block", "blockdev", "blockstats", "drive", "nbd", "eject", "backing", "transaction"]],
  ["Snapshots", ["snapshot"]],
  ["Migration", ["migrate", "colo", "dirty", "replication", "announce", "xen"]],
  ["Character devices", ["chardev", "ringbuf"]],
  ["Display and input", ["display", "vnc", "spice", "screendump", "input", "key", "mice", "password", "client"]],
  ["Network", ["netdev", "link", "rx", "rocker"]],
  ["Memory and processors", ["cpu", "cpus", "vcpu", "hotpluggable", "memory", "memdev", "memsave", "pmemsave", "balloon", "numa", "ramblock", "dump", "sev", "sgx"]],
  ["Devices and objects", ["device", "qom", "object", "pci", "usb", "tpm", "virtio", "iothreads"]],
  ["Run state", ["stop", "cont", "quit", "system", "status", "action", "watchdog", "nmi", "rtc", "preconfig"]],
  ["Debugging", ["trace", "replay", "jit", "opcount", "profile", "irq", "rdma", "roms", "stats"]],
  ["Monitor", ["qmp", "commands", "command", "human", "fd", "fdsets", "getfd", "closefd", "version", "yank"]],
];
const OTHERS = "Machine";

// The ones that people look for come first.
const ORDER = ["Run state", "Machine", "Block devices", "Jobs", "Snapshots", "Devices and objects", "Network", "Character devices", "Display and input", "Memory and processors", "Migration", "Monitor", "Debugging"];

/** Commands by what they are about, in the order in which they are shown. */
export function grouped<T extends { name: string }>(commands: readonly T[]): [group: string, commands: T[]][] {
  return ORDER.map((group): [string, T[]] => [group, commands.filter(({ name }) => groupOf(name) === group)]).filter(([, members]) => members.length > 0);
}

/** What a command is about. */
export function groupOf(command: string): string {
  const words = command.split(/[-_]/);
  return GROUPS.find(([, known]) => known.some((word) => words.includes(word)))?.[0] ?? OTHERS;
}

const READS = /^(?:x-)?(?:debug-)?query-|^(?:qom-get|qom-list|qom-list-types|qom-list-properties|device-list-properties|trace-event-get-state)$/;

// These destroy nothing, and can be undone.
const GENTLE = new Set(["set-action", "watchdog-set-action", "qmp_capabilities"]);

const MEANS: Readonly<Record<string, string>> = {
  "human-monitor-command": "Commands of the human monitor can do anything that QEMU itself can do on its host.",
  "device_del": "The guest is asked to release the device.",
  "migrate": "The guest moves to another QEMU.",
  "snapshot-load": "The guest returns to the snapshot and loses everything since.",
  "snapshot-delete": "The snapshot is deleted permanently.",
};

/** What to confirm before a command is sent; undefined if it only reads or is harmless. */
export function dangerOf(command: string): string | undefined {
  const lifecycle = Object.values(LIFECYCLE).find(({ qmp }) => qmp === command);
  return lifecycle !== undefined ? lifecycle.loses
    : onlyReads(command) || GENTLE.has(command) ? undefined : named(MEANS, command) ?? "This command changes the VM, and the change may be permanent.";
}

/** Whether a command changes nothing, so that it can be sent again at any time. */
export function onlyReads(command: string): boolean {
  return READS.test(command);
}
