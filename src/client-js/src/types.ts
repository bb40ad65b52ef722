import type { components } from "./openapi.js";

type Schemas = components["schemas"];

/** A VM as the gateway last knew it. */
export type Vm = Schemas["Vm"];

/** The VMs, and the cursor from which on every change is an event. */
export type VmList = Schemas["VmList"];

/** What to know of a VM. */
export type PutVm = Schemas["PutVm"];

/** QEMU's status (QAPI: StatusInfo). */
export type StatusInfo = Schemas["StatusInfo"];

/** What QEMU does on a reboot, a shutdown, a panic or a watchdog's expiry (QAPI: set-action). */
export type VmActions = Schemas["VmActions"];

/** One action for many VMs. */
export type BulkRequest = Schemas["BulkRequest"];

/** The result for each VM, and the number of VMs with each outcome. */
export type BulkResult = Schemas["BulkResult"];

/** The result for one VM: its outcome, the event that completed the command, and the problem. */
export type BulkItem = Schemas["BulkItem"];

/** A QMP command. */
export type QmpRequest = Schemas["QmpRequest"];

/** The commands of a VM's QEMU, with JSON Schemas of their arguments. */
export type CommandList = Schemas["CommandList"];

/** An entry of the journal. `data` has its own type for each known event; narrow it by `event`. */
export type GatewayEvent = Schemas["GatewayEvent"];

/** A page of history. */
export type EventPage = Schemas["EventPage"];

/** A page of the audit log. */
export type AuditPage = Schemas["AuditPage"];

/** Who the caller is, and what it may do. */
export type CurrentCaller = Schemas["CurrentCaller"];

/** The gateway's version and features. */
export type GatewayVersion = Schemas["GatewayVersion"];

/** A failure (RFC 9457). */
export type Problem = Schemas["Problem"];
