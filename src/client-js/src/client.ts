import { withMember } from "./errors.js";
import { type EventFilter, labelsOf, queryOf, readEvents } from "./events.js";
import { type GatewayClientOptions, type Query, Requests } from "./requests.js";
import type { AuditPage, BulkRequest, BulkResult, CommandList, CurrentCaller, EventPage, GatewayEvent, GatewayVersion, PutVm, QmpRequest, StatusInfo, Vm, VmActions, VmList } from "./types.js";
import { type VmChange, watch, type WatchOptions } from "./watch.js";

/** Which VMs to list. */
export interface VmFilter {
  labels?: Readonly<Record<string, string>>;
  connection?: string;
  status?: string;
  ended?: boolean;
  limit?: number;
  page?: string;
}

/** How to send a command. */
export interface CommandOptions {
  /** The run of QEMU that the command is meant for (`Vm.run`). The gateway refuses the command with `run-changed` if it is another. */
  ifRun?: string;
  /** Ends the wait for the answer. A command that was sent may still take effect. */
  signal?: AbortSignal;
}

/** How to send a lifecycle command. */
export interface LifecycleOptions extends CommandOptions {
  /** Waits for the event that completes the command, in whole seconds of at most 300. */
  wait?: number;
}

/** How to send any command. */
export interface QmpOptions extends CommandOptions {
  /** The command's time, in whole seconds. Default: what is usual for it. */
  timeout?: number;
}

/** What to wait for. */
export interface StatusOptions {
  /** Waits until the status is one of these run states, or `ended`. */
  until?: string | readonly string[];
  /** How long to wait, in whole seconds of at most 300. Default 30. */
  timeout?: number;
  /** The run whose end is meant by `ended`. */
  ifRun?: string;
  signal?: AbortSignal;
}

/** Which page of history to read. */
export interface HistoryFilter extends EventFilter {
  /** How many events at most, from 1 to 1,000. Default 100. */
  limit?: number;
  /** `desc` reads the newest first; `after` then means older than. */
  order?: "asc" | "desc";
  /** Events received at this time or later: RFC 3339, or an age such as `15m`. */
  since?: string;
  /** Events received before this time. */
  until?: string;
}

// What the gateway allows commands that are known to be slow, in seconds.
const SLOW_COMMANDS = 60;

// By default, one request changes at most 1,000 VMs, and the gateway works on 32 of them at a time.
const BULK_ROUNDS = 32;

/**
 * A gateway. Failures are {@link GatewayError}s that say what became of a command. Writes carry an `Idempotency-Key`, so that one whose
 * connection broke is tried again and done once.
 */
export class GatewayClient {
  readonly #requests: Requests;

  /** @param url The gateway's address, such as `http://127.0.0.1:8080`; in a browser, it may be relative to the page. */
  constructor(url: string | URL, options: GatewayClientOptions = {}) {
    this.#requests = new Requests(url, options);
  }

  /** Lists the VMs as last known. The gateway does not wait for any of them. */
  listVms(filter: VmFilter = {}, signal?: AbortSignal): Promise<VmList> {
    const { labels, ...rest } = filter;
    return this.#get("/vms", { ...rest, label: labelsOf(labels) }, "items", signal);
  }

  /** Shows a VM as last known. */
  getVm(vm: string, signal?: AbortSignal): Promise<Vm> {
    return this.#get(of(vm), {}, "connection", signal);
  }

  /** Adds a VM, or changes its definition. */
  async putVm(vm: string, body: PutVm, options: CommandOptions = {}): Promise<Vm> {
    return (await this.#requests.send("PUT", of(vm), { ...options, body })) as Vm;
  }

  /** Removes a VM that the API added. The VM itself is untouched. */
  async deleteVm(vm: string, options: CommandOptions = {}): Promise<void> {
    await this.#requests.send("DELETE", of(vm), options);
  }

  /**
   * Asks QEMU for its status, or waits for one (QAPI: query-status). With `until: "ended"`, the answer may be `{ended}` instead.
   *
   * @throws GatewayError `wait-timed-out`: the status did not come in time.
   */
  async getStatus(vm: string, options: StatusOptions = {}): Promise<StatusInfo> {
    const { until, timeout, ifRun, signal } = options;
    const query: Query = { until: typeof until === "string" ? [until] : until, timeout };
    return (await this.#requests.send("GET", `${of(vm)}/status`, { query, ifRun, signal, waits: until === undefined ? SLOW_COMMANDS : (timeout ?? 30) })) as StatusInfo;
  }

  /** Shows the actions that the gateway has set on this run; `null` if it does not know. */
  getActions(vm: string, signal?: AbortSignal): Promise<VmActions> {
    return this.#get(`${of(vm)}/actions`, {}, "panic", signal);
  }

  /** Sets actions (QAPI: set-action). What is left out stays as it is. */
  async setActions(vm: string, actions: VmActions, options: CommandOptions = {}): Promise<VmActions> {
    return (await this.#requests.send("PUT", `${of(vm)}/actions`, { ...options, body: actions })) as VmActions;
  }

  /** Sets the watchdog's action (QAPI: watchdog-set-action). */
  async setWatchdog(vm: string, action: string, options: CommandOptions = {}): Promise<VmActions> {
    return (await this.#requests.send("PUT", `${of(vm)}/watchdog`, { ...options, body: { action } })) as VmActions;
  }

  /** Pauses the guest. With `wait`, returns the `STOP` event, or `null` if the guest was not running. */
  stop(vm: string, options?: LifecycleOptions): Promise<GatewayEvent | null> {
    return this.#run(vm, "stop", options);
  }

  /** Resumes the guest. With `wait`, returns the `RESUME` event, or `null` if the guest was already running. */
  cont(vm: string, options?: LifecycleOptions): Promise<GatewayEvent | null> {
    return this.#run(vm, "cont", options);
  }

  /** Resets the guest immediately. With `wait`, returns the `RESET` event. */
  reset(vm: string, options?: LifecycleOptions): Promise<GatewayEvent | null> {
    return this.#run(vm, "reset", options);
  }

  /** Presses the guest's power button. With `wait`, returns the `SHUTDOWN` event. */
  powerdown(vm: string, options?: LifecycleOptions): Promise<GatewayEvent | null> {
    return this.#run(vm, "powerdown", options);
  }

  /** Wakes a suspended guest. With `wait`, returns the `WAKEUP` event. */
  wakeup(vm: string, options?: LifecycleOptions): Promise<GatewayEvent | null> {
    return this.#run(vm, "wakeup", options);
  }

  /** Quits QEMU immediately, without a guest shutdown. With `wait`, returns the `SHUTDOWN` event. */
  quit(vm: string, options?: LifecycleOptions): Promise<GatewayEvent | null> {
    return this.#run(vm, "quit", options);
  }

  /** Injects a non-maskable interrupt into the guest. */
  async nmi(vm: string, options?: CommandOptions): Promise<void> {
    await this.#run(vm, "nmi", options);
  }

  /**
   * Runs a lifecycle command, or sets actions, on many VMs. Returns an item with an outcome for each VM. A failure on one VM does not throw and does not
   * affect the others.
   *
   * @throws GatewayError The request as a whole failed, such as with `too-many-vms`.
   */
  async bulk(request: BulkRequest, signal?: AbortSignal): Promise<BulkResult> {
    const waits = BULK_ROUNDS * (SLOW_COMMANDS + (request.wait ?? 0));
    return (await this.#requests.send("POST", "/bulk", { body: request, waits, signal })) as BulkResult;
  }

  /** Sends any QMP command; returns what QEMU returned. */
  async executeQmp(vm: string, request: QmpRequest, options: QmpOptions = {}): Promise<unknown> {
    return ((await this.#command(`${of(vm)}/qmp`, request, options)) as { return: unknown }).return;
  }

  /** Lists the commands of the VM's QEMU, with JSON Schemas of their arguments. */
  listCommands(vm: string, signal?: AbortSignal): Promise<CommandList> {
    return this.#get(`${of(vm)}/commands`, {}, "items", signal);
  }

  /** Sends a command whose arguments the gateway first checks against the VM's own schema; returns what QEMU returned. */
  runCommand(vm: string, command: string, args: Readonly<Record<string, unknown>> = {}, options: QmpOptions = {}): Promise<unknown> {
    return this.#command(`${of(vm)}/commands/${encodeURIComponent(command)}`, args, options);
  }

  /**
   * Reads a page of history, oldest first by default.
   *
   * @throws CursorExpiredError Events after the cursor are no longer kept.
   */
  readHistory(filter: HistoryFilter = {}): Promise<EventPage> {
    const { limit, order, since, until, signal } = filter;
    return this.#get("/events", { ...queryOf(filter), limit, order, since, until }, "items", signal);
  }

  /**
   * Reads events as they come, for ever: over reconnects and restarts of the gateway, each event once and none left out. It begins after
   * the cursor `after`, or with the events that come from now on.
   *
   * @throws CursorExpiredError The reader was away for so long that events it had not seen are no longer kept.
   * @throws GatewayError The gateway refuses the request.
   */
  readEvents(filter: EventFilter = {}): AsyncGenerator<GatewayEvent, void, undefined> {
    return readEvents(this.#requests, filter);
  }

  /**
   * Lists the VMs, then reports every change, for ever: over reconnects, restarts of the gateway and a computer's sleep.
   *
   * @throws GatewayError The gateway refuses the request.
   */
  watch(options: WatchOptions = {}): AsyncGenerator<VmChange, void, undefined> {
    return watch(this.#requests, options);
  }

  /** Reads the audit log, newest first. */
  readAudit(filter: { vm?: string; who?: string; limit?: number } = {}, signal?: AbortSignal): Promise<AuditPage> {
    return this.#get("/audit", filter, "items", signal);
  }

  /** Who the caller is, and what it may do. */
  getMe(signal?: AbortSignal): Promise<CurrentCaller> {
    return this.#get("/me", {}, "grants", signal);
  }

  /** The gateway's version and features. */
  getVersion(signal?: AbortSignal): Promise<GatewayVersion> {
    return this.#get("/version", {}, "version", signal);
  }

  // The member is one that each response has.
  async #get<T extends object>(path: string, query: Query, member: string & keyof T, signal?: AbortSignal): Promise<T> {
    return withMember<T>(await this.#requests.send("GET", path, { query, signal }), member, path);
  }

  async #run(vm: string, route: string, options: LifecycleOptions = {}): Promise<GatewayEvent | null> {
    const { wait, ...rest } = options;
    return ((await this.#requests.send("POST", `${of(vm)}/${route}`, { ...rest, query: { wait }, waits: wait })) as GatewayEvent | undefined) ?? null;
  }

  #command(path: string, body: unknown, options: QmpOptions): Promise<unknown> {
    const { timeout, ...rest } = options;
    return this.#requests.send("POST", path, { ...rest, body, query: { timeout }, waits: timeout ?? SLOW_COMMANDS });
  }
}

function of(vm: string): string {
  return `/vms/${encodeURIComponent(vm)}`;
}
