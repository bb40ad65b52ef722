import { bytes, type Data, joined, membersOf, text } from "./words.js";

type Words = Readonly<Record<string, (data: Data) => string>>;

const BLOCK: Words = {
  BLOCK_IO_ERROR: (data) => joined(
    `${text(data.operation)} on ${disk(data)} failed${data.reason === undefined ? "" : `: ${text(data.reason)}`}`, data.nospace === true && data.reason === undefined && "no space left", action(data)),
  BLOCK_IMAGE_CORRUPTED: (data) => joined(disk(data), text(data.msg), data.fatal === true && "fatal"),
  BLOCK_WRITE_THRESHOLD: (data) => `${text(data["node-name"])} is ${bytes(data["amount-exceeded"])} over ${bytes(data["write-threshold"])}`,
  BLOCK_EXPORT_DELETED: (data) => text(data.id),
  BLOCK_JOB_COMPLETED: (data) => joined(job(data), progress(data), data.error !== undefined && `failed: ${text(data.error)}`),
  BLOCK_JOB_CANCELLED: (data) => joined(job(data), progress(data)),
  BLOCK_JOB_ERROR: (data) => joined(`${text(data.operation)} of ${text(data.device)} failed`, action(data)),
  BLOCK_JOB_READY: (data) => joined(job(data), progress(data)),
  BLOCK_JOB_PENDING: (data) => joined(`${text(data.type)} ${text(data.id)}`),
  JOB_STATUS_CHANGE: (data) => `${text(data.id)} ${text(data.status)}`,
  QUORUM_FAILURE: (data) => `${text(data.reference)}, ${sectors(data)}`,
  QUORUM_REPORT_BAD: (data) => joined(`${text(data.type)} of ${text(data["node-name"])}`, sectors(data), text(data.error)),
  PR_MANAGER_STATUS_CHANGED: (data) => `${text(data.id)} ${data.connected === true ? "connected" : "disconnected"}`,
};

const DEVICES: Words = {
  ACPI_DEVICE_OST: (data) => {
    const info = membersOf(data.info);
    return joined(text(info.device), `${text(info["slot-type"])} slot ${text(info.slot)}`, `source ${text(info.source)}`, `status ${text(info.status)}`);
  },
  BALLOON_CHANGE: (data) => `the guest has ${bytes(data.actual)}`,
  DEVICE_DELETED: device,
  DEVICE_UNPLUG_GUEST_ERROR: device,
  DEVICE_TRAY_MOVED: (data) => `${text(data.id ?? data.device)} ${data["tray-open"] === true ? "opened" : "closed"}`,
  FAILOVER_NEGOTIATED: (data) => text(data["device-id"]),
  HV_BALLOON_STATUS_REPORT: (data) => `${bytes(data.commited)} committed, ${bytes(data.available)} free`,
  MEM_UNPLUG_ERROR: (data) => joined(text(data.device), text(data.msg)),
  MEMORY_DEVICE_SIZE_CHANGE: (data) => `${text(data.id ?? data["qom-path"])} ${bytes(data.size)}`,
  NETDEV_STREAM_CONNECTED: (data) => text(data["netdev-id"]),
  NETDEV_STREAM_DISCONNECTED: (data) => text(data["netdev-id"]),
  NIC_RX_FILTER_CHANGED: (data) => text(data.name ?? data.path),
  RTC_CHANGE: (data) => `the guest set its clock: ${text(data.offset)} s off the host's`,
  UNPLUG_PRIMARY: (data) => text(data["device-id"]),
  VSERPORT_CHANGE: (data) => `${text(data.id)} ${data.open === true ? "opened" : "closed"}`,
};

const OTHERS: Words = {
  COLO_EXIT: (data) => joined(text(data.mode), text(data.reason)),
  DUMP_COMPLETED: (data) => joined(text(membersOf(data.result).status), progress({ len: membersOf(data.result).total, offset: membersOf(data.result).completed }), text(data.error)),
  MIGRATION: (data) => text(data.status),
  MIGRATION_PASS: (data) => `pass ${text(data.pass)}`,
  SPICE_CONNECTED: client,
  SPICE_INITIALIZED: client,
  SPICE_DISCONNECTED: client,
  VNC_CONNECTED: client,
  VNC_INITIALIZED: client,
  VNC_DISCONNECTED: client,
};

/** QEMU's events of disks, devices, displays and migration in a few words, by name. */
export const DEVICE_WORDS: Words = { ...BLOCK, ...DEVICES, ...OTHERS };

function disk(data: Data): string {
  return text(data.device) || text(data["node-name"]) || text(data["qom-path"]) || "a disk";
}

function job(data: Data): string {
  return `${text(data.type)} ${text(data.device ?? data.id)}`;
}

function device(data: Data): string {
  return text(data.device) || text(data.path);
}

function action(data: Data): string {
  return data.action === undefined ? "" : `action ${text(data.action)}`;
}

function sectors(data: Data): string {
  return `${text(data["sectors-count"])} sectors at ${text(data["sector-num"])}`;
}

// How far a job came: `3 GiB of 10 GiB`.
function progress(data: Data): string {
  return data.len === undefined ? "" : data.len === data.offset ? bytes(data.len) : `${bytes(data.offset)} of ${bytes(data.len)}`;
}

// VNC calls its port a service.
function client(data: Data): string {
  const { host, service, port, sasl_username: user, x509_dname: name } = membersOf(data.client);
  return joined(`${text(host)}:${text(service ?? port)}`, text(user) || text(name));
}
