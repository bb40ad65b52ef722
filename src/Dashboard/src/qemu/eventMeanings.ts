import type { GatewayEvent } from "@qmp-gateway/client";
import { memoryFailure } from "./memoryFailures.js";
import { CONNECTION_WORDS, endOf, runState } from "./runStates.js";
import { type Data, membersOf, named, text } from "./words.js";

type Meaning = string | ((data: Data) => string);

const RESETS: Readonly<Record<string, string>> = {
  "guest-reset": "The guest restarted itself. Its firmware may reset it again while it starts, so two or three of these in a row are normal.",
  "host-qmp-system-reset": "Somebody sent system_reset: the guest starts again as after a power cut.",
  "guest-panic": "The guest panicked and was reset, as its panic action says.",
  "subsystem-reset": "The guest reset a part of itself, as s390 guests do when they start another kernel.",
  "snapshot-load": "The devices were reset before a snapshot was loaded.",
};

const PANIC_ACTIONS: Readonly<Record<string, string>> = {
  pause: "QEMU paused it. Take a dump if you need one, then reset and continue it.",
  poweroff: "QEMU exits, as its panic action says.",
  run: "QEMU lets it continue: it restarts itself, dumps its own memory, or hangs. Look at its console.",
};

const BLOCK_ACTIONS: Readonly<Record<string, string>> = {
  stop: "QEMU paused the guest. Fix the disk, then continue the guest: the request is retried.",
  report: "QEMU reported the error to the guest. Its file systems may go read-only.",
  ignore: "QEMU ignored the error, and the guest does not know about it.",
};

const QEMU: Readonly<Record<string, Meaning>> = {
  SHUTDOWN: (data) => `${endOf({ reason: text(data.reason) }).means} QEMU now exits, unless it was started with -no-shutdown or its shutdown action is pause.`,
  POWERDOWN: "The guest's power button was pressed. The guest decides whether it shuts down; a SHUTDOWN follows if it does.",
  RESET: (data) => named(RESETS, data.reason) ?? `The guest was reset. The reason is ${text(data.reason)}.`,
  STOP: "The guest's processors stopped. The VM_STATUS_CHANGED event next to it says why.",
  RESUME: "The guest's processors run again.",
  SUSPEND: "The guest went to sleep (suspend to RAM). Wake up, a key press or one of its own timers wakes it.",
  SUSPEND_DISK: "The guest wrote its memory to its disk and turns itself off. Start it again to resume.",
  WAKEUP: "The guest woke up.",
  WATCHDOG: (data) => `The guest stopped feeding its watchdog: it hangs, or got no CPU time. The watchdog's action is ${text(data.action)}.`,
  GUEST_PANICKED: (data) => `The guest's kernel crashed. ${named(PANIC_ACTIONS, data.action) ?? `QEMU's action is ${text(data.action)}.`}`,
  GUEST_CRASHLOADED: "The guest's kernel crashed, and its crash kernel is taking a dump. The guest restarts by itself afterwards. Do not touch it until then.",
  GUEST_PVSHUTDOWN: "The guest asked for its own shutdown through its panic device. A SHUTDOWN follows.",
  MEMORY_FAILURE: (data) => memoryFailure(data).join(" "),
  BLOCK_IO_ERROR: (data) => `A disk request of the guest failed. ${named(BLOCK_ACTIONS, data.action) ?? ""}`,
  BLOCK_IMAGE_CORRUPTED: "A disk image is damaged. Stop the guest, copy the image, and check it (qemu-img check) before anything else writes to it.",
  BLOCK_WRITE_THRESHOLD: "A disk image grew beyond the threshold that was set for it. Give its storage more space.",
  BLOCK_JOB_ERROR: "A job on a disk had an error. Its action says whether the job continues.",
  BLOCK_JOB_READY: "The copy has caught up. The job waits until somebody completes or cancels it.",
  BLOCK_JOB_COMPLETED: (data) => (data.error === undefined ? "The job on the disk has completed." : "The job on the disk failed."),
  BLOCK_JOB_CANCELLED: "The job on the disk was cancelled.",
  BLOCK_JOB_PENDING: "The job waits for somebody to finalize it.",
  JOB_STATUS_CHANGE: "A QEMU job changed its status.",
  DEVICE_DELETED: "A device was removed, and its id can be used again.",
  DEVICE_UNPLUG_GUEST_ERROR: "The guest refused to release a device, so it stays.",
  MEM_UNPLUG_ERROR: "The guest refused to release memory, so it stays.",
  ACPI_DEVICE_OST: "The guest answered the plugging or unplugging of a device. A status other than 0 means that it failed or is still in progress.",
  BALLOON_CHANGE: "The guest returned memory to its host, or took some back.",
  NIC_RX_FILTER_CHANGED: "The guest changed which packets its network card receives.",
  RTC_CHANGE: "The guest set its own clock. The offset can be used the next time it is started.",
  MIGRATION: (data) => `The migration status is now: ${text(data.status)}.`,
  MIGRATION_PASS: "The migration started another pass over the memory that the guest has changed.",
  QUORUM_FAILURE: "Too few copies of a disk agree, so the guest cannot read or write it.",
  QUORUM_REPORT_BAD: "One copy of a disk differs from the others or fails.",
  VSERPORT_CHANGE: "A program in the guest opened or closed a serial port, as the guest agent does when it starts or ends.",
  DUMP_COMPLETED: "A dump of the guest's memory has ended.",
};

const GATEWAY: Readonly<Record<string, Meaning>> = {
  VM_ADDED: "The VM was added to the gateway.",
  VM_REMOVED: "The VM was removed from the gateway. Its QEMU was not touched, and its events are kept.",
  VM_CHANGED: "Its definition in the gateway was changed. The data contains the new one.",
  VM_CONNECTED: (data) => (data.resumed === true
    ? "The gateway is connected again. QEMU does not repeat events, so those sent in between are missing. The state is current."
    : "The gateway is connected to this QEMU for the first time."),
  VM_DISCONNECTED: "The gateway lost its connection and reconnects automatically. The guest may still be running. Its last known state may be outdated.",
  VM_CONNECTION_CHANGED: (data) => `${named(CONNECTION_WORDS, data.state) ?? `The connection is now "${text(data.state)}"`}. ${named(CONNECTION_ADVICE, data.state) ?? ""}`,
  VM_ENDED: (data) => endOf({ reason: text(data.reason) || null, cause: membersOf(data.cause) }).means,
  VM_STATUS_CHANGED: (data) => {
    const { status, running } = membersOf(data.status);
    return runState({ status: text(status), running: running === true }).means;
  },
  COMMAND_FINISHED_LATE: (data) => `A command timed out, so its outcome was unknown. QEMU has now answered. The outcome is: ${text(data.outcome)}.`,
  EVENTS_LOST: "The gateway could not store these events: its disk is full, broken or too slow. They are lost. See its log and /health/ready.",
  HOST_LOST: "This host does not respond. Its VMs are shown in their last known state.",
  HOST_ONLINE: "This host is back.",
};

const CONNECTION_ADVICE: Readonly<Record<string, string>> = {
  "connected": "QEMU answers again.",
  "stuck": "QEMU's main loop does not answer, so the guest's disks and network are stuck too. Look at the QEMU process on its host.",
  "busy": "Another program is connected to this monitor, which serves one client at a time, or the QEMU process is suspended.",
  "no-socket": "QEMU is not running, or its -qmp option has another address.",
  "not-qmp": "Something other than a QMP monitor answers there. Check the VM's endpoint.",
};

/** What an event means for the guest, and what to do about it; undefined if this page does not know it. */
export function meaningOf(event: Pick<GatewayEvent, "event" | "origin" | "data">): string | undefined {
  const table = event.origin === "gateway" ? GATEWAY : QEMU;
  const meaning = named(table, event.event);
  return typeof meaning === "function" ? meaning(membersOf(event.data)).trim() : meaning;
}
