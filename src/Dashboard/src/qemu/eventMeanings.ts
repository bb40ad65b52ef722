import type { GatewayEvent } from "@qmp-gateway/client";
import { memoryFailure } from "./memoryFailures.js";
import { CONNECTION_WORDS, endOf, runState } from "./runStates.js";
import { type Data, membersOf, named, text } from "./words.js";

type Meaning = string | ((data: Data) => string);

const RESETS: Readonly<Record<string, string>> = {
  "guest-reset": "The guest restarted itself. Its firmware may reset it again while it starts, so two or three of these in a row are ordinary.",
  "host-qmp-system-reset": "Somebody sent system_reset: the guest starts again as after a power cut.",
  "guest-panic": "The guest panicked and is reset, as its action says.",
  "subsystem-reset": "The guest reset a part of itself, as s390 guests do when they start another kernel.",
  "snapshot-load": "A snapshot was loaded, and the devices were reset before.",
};

const PANIC_ACTIONS: Readonly<Record<string, string>> = {
  pause: "QEMU holds it as it was: take a dump if you need one, then reset it.",
  poweroff: "QEMU ends, as its action says.",
  run: "QEMU lets it run on: it restarts itself, dumps its own memory, or hangs. Look at its console.",
};

const BLOCK_ACTIONS: Readonly<Record<string, string>> = {
  stop: "QEMU stopped the guest in the middle of the request. Mend the disk, then continue the guest: the request is tried again.",
  report: "QEMU told the guest of the error. Its file systems may go read-only.",
  ignore: "QEMU ignored it, so the guest does not know.",
};

const QEMU: Readonly<Record<string, Meaning>> = {
  SHUTDOWN: (data) => `${endOf({ reason: text(data.reason) }).means} QEMU ends now, unless it was told to stay (-no-shutdown).`,
  POWERDOWN: "The guest's power button was pressed. The guest decides whether it shuts down; a SHUTDOWN follows if it does.",
  RESET: (data) => named(RESETS, data.reason) ?? `The guest starts again. The reason is ${text(data.reason)}.`,
  STOP: "The guest's processors stand still. The change of the state beside it says why.",
  RESUME: "The guest's processors run on.",
  SUSPEND: "The guest went to sleep (suspend to RAM). Wake up, a key press or a timer of its own wakes it.",
  SUSPEND_DISK: "The guest wrote its memory to its disk and turns itself off. Start it again and it goes on.",
  WAKEUP: "The guest woke up.",
  WATCHDOG: (data) => `The guest stopped feeding its watchdog: it hangs, or was not given time to run. The watchdog's action is ${text(data.action)}.`,
  GUEST_PANICKED: (data) => `The guest's kernel crashed. ${named(PANIC_ACTIONS, data.action) ?? `QEMU's action is ${text(data.action)}.`}`,
  GUEST_CRASHLOADED: "The guest's kernel crashed, and its own crash kernel takes a dump. It restarts by itself afterwards: leave it alone until then.",
  GUEST_PVSHUTDOWN: "The guest asked for its own shutdown through its panic device. A SHUTDOWN follows.",
  MEMORY_FAILURE: (data) => memoryFailure(data).join(" "),
  BLOCK_IO_ERROR: (data) => `A disk failed the guest. ${named(BLOCK_ACTIONS, data.action) ?? ""}`,
  BLOCK_IMAGE_CORRUPTED: "A disk image is damaged. Stop the guest, copy the image, and check it (qemu-img check) before anything else writes to it.",
  BLOCK_WRITE_THRESHOLD: "A disk image grew beyond the size that somebody asked to be told of: give its storage more room.",
  BLOCK_JOB_ERROR: "A job on a disk met an error. Its action says whether the job goes on.",
  BLOCK_JOB_READY: "The copy has caught up. The job waits for somebody to complete it or to cancel it.",
  BLOCK_JOB_COMPLETED: (data) => (data.error === undefined ? "The job on the disk is done." : "The job on the disk failed."),
  BLOCK_JOB_CANCELLED: "The job on the disk was cancelled.",
  BLOCK_JOB_PENDING: "The job waits for somebody to finalize it.",
  JOB_STATUS_CHANGE: "A job of QEMU went on to its next step.",
  DEVICE_DELETED: "A device is gone, and its id is free.",
  DEVICE_UNPLUG_GUEST_ERROR: "The guest refused to give a device back, so it stays.",
  MEM_UNPLUG_ERROR: "The guest refused to give memory back, so it stays.",
  ACPI_DEVICE_OST: "The guest answered the plugging or unplugging of a device. A status other than 0 says that it could not do it.",
  BALLOON_CHANGE: "The guest gave memory back to its host, or took it.",
  NIC_RX_FILTER_CHANGED: "The guest changed which packets its network card takes.",
  RTC_CHANGE: "The guest set its own clock. Whoever starts it again can use the offset.",
  MIGRATION: (data) => `The migration is now: ${text(data.status)}.`,
  MIGRATION_PASS: "The migration sent the memory once more, with what the guest changed.",
  QUORUM_FAILURE: "Too few copies of a disk agree, so the guest cannot read or write it.",
  QUORUM_REPORT_BAD: "One copy of a disk differs from the others or fails.",
  VSERPORT_CHANGE: "A program in the guest opened or closed a serial port, as the guest agent does when it starts or ends.",
  DUMP_COMPLETED: "A dump of the guest's memory has ended.",
};

const GATEWAY: Readonly<Record<string, Meaning>> = {
  VM_ADDED: "The gateway knows this VM from now on.",
  VM_REMOVED: "The gateway knows this VM no more. The VM itself was left alone, and its history stays.",
  VM_CHANGED: "Its definition at the gateway was changed; the data has what it is now.",
  VM_CONNECTED: (data) => (data.resumed === true
    ? "The gateway is connected again. QEMU repeats no events, so what happened while it was away is missing; the state is true."
    : "The gateway is connected to this QEMU for the first time."),
  VM_DISCONNECTED: "The gateway lost its connection and tries again by itself. The guest may run on: the last state known says nothing of now.",
  VM_CONNECTION_CHANGED: (data) => `${named(CONNECTION_WORDS, data.state) ?? `The connection is now "${text(data.state)}"`}. ${named(CONNECTION_ADVICE, data.state) ?? ""}`,
  VM_ENDED: (data) => endOf({ reason: text(data.reason) || null, cause: membersOf(data.cause) }).means,
  VM_STATUS_CHANGED: (data) => {
    const { status, running } = membersOf(data.status);
    return runState({ status: text(status), running: running === true }).means;
  },
  COMMAND_FINISHED_LATE: (data) => `A command was given up as timed out, so its outcome was unknown. Now it is known: ${text(data.outcome)}.`,
  EVENTS_LOST: "The gateway could not store these events: its disk is full, broken or too slow. They are gone; see its log and /health/ready.",
  HOST_LOST: "This host gives no sign of life. Its VMs are shown as last known.",
  HOST_ONLINE: "This host is back.",
};

const CONNECTION_ADVICE: Readonly<Record<string, string>> = {
  "connected": "QEMU answers again.",
  "stuck": "QEMU's main loop does not answer, so the guest's disks and network stand still, too. Look at QEMU's process on its host.",
  "busy": "Another program holds this monitor, which serves one client, or QEMU is stopped.",
  "no-socket": "QEMU is not running, or its -qmp option names another place.",
  "not-qmp": "Something else answers there. Check the VM's endpoint.",
};

/** What an event means for the guest, and what to do about it; undefined if this page does not know it. */
export function meaningOf(event: Pick<GatewayEvent, "event" | "origin" | "data">): string | undefined {
  const table = event.origin === "gateway" ? GATEWAY : QEMU;
  const meaning = named(table, event.event);
  return typeof meaning === "function" ? meaning(membersOf(event.data)).trim() : meaning;
}
