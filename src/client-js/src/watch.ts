import { CursorExpiredError, GatewayError, mayPass, withMember } from "./errors.js";
import { type Hearing, readEvents } from "./events.js";
import type { Requests } from "./requests.js";
import { applyEvent, CHANGES } from "./state.js";
import type { GatewayEvent, Vm, VmList } from "./types.js";
import { delayAfter, sleep } from "./waiting.js";

/** What a watch reports of a VM. */
export interface VmChange {
  /** `listed`: it was there when the watch began. `changed`: its definition, connection or status changed, or its run ended. */
  kind: "listed" | "added" | "changed" | "removed";
  /** The VM as it is now; after `removed` as it was last. */
  vm: Vm;
  /** The event that changed it; undefined if a list showed the change. */
  event?: GatewayEvent;
}

/** What to watch. */
export interface WatchOptions extends Hearing {
  /** Ids of VMs, or patterns: `web-*`. Default: all. */
  vms?: readonly string[];
  /** Ends the watch. */
  signal?: AbortSignal;
  /** Events to read as well, by their names or patterns (`GUEST_*`, `*`). They change nothing, and are given to `happened`. */
  events?: readonly string[];
  /** The VMs are listed: all `listed` changes of the first list were delivered. */
  listed?(list: VmList): void;
  /** An event was read. The change that it makes, if any, is reported next. */
  happened?(event: GatewayEvent): void;
  /** Events were missed that are no longer kept. The VMs are listed again. */
  missed?(failure: CursorExpiredError): void;
}

/**
 * Lists the VMs, then reports every change, for ever: over reconnects, restarts of the gateway and a computer's sleep, and also while the
 * gateway is not there yet. If events were missed that are no longer kept, it lists again and reports what differs.
 *
 * @throws GatewayError The gateway refuses the request.
 */
export async function* watch(requests: Requests, options: WatchOptions): AsyncGenerator<VmChange, void, undefined> {
  const known = new Map<string, Vm>();
  for (let isFirst = true; ; isFirst = false) {
    const list = await untilListed(requests, options);
    yield* differences(known, list.items.filter((vm) => isWanted(vm.id, options.vms)), isFirst);
    options.listed?.(list);
    try {
      for await (const event of readEvents(requests, { ...options, events: [...CHANGES, ...(options.events ?? [])], after: list.cursor }, options)) {
        options.happened?.(event);
        const change = changeBy(known, event);
        if (change !== undefined) {
          yield change;
        }
      }
    } catch (failure) {
      if (!(failure instanceof CursorExpiredError)) {
        throw failure;
      }

      options.missed?.(failure);
    }
  }
}

async function untilListed(requests: Requests, options: WatchOptions): Promise<VmList> {
  for (let attempt = 0; ; attempt++) {
    try {
      return withMember<VmList>(await requests.send("GET", "/vms", { signal: options.signal }), "items", "/vms");
    } catch (failure) {
      if (!(failure instanceof GatewayError) || !mayPass(failure)) {
        throw failure;
      }

      options.broke?.(failure);
      await sleep(delayAfter(attempt), options.signal);
    }
  }
}

function* differences(known: Map<string, Vm>, now: readonly Vm[], isFirst: boolean): Generator<VmChange> {
  const ids = new Set(now.map((vm) => vm.id));
  for (const vm of [...known.values()].filter((before) => !ids.has(before.id))) {
    known.delete(vm.id);
    yield { kind: "removed", vm };
  }

  for (const vm of now) {
    const before = known.get(vm.id);
    known.set(vm.id, vm);
    if (before === undefined) {
      yield { kind: isFirst ? "listed" : "added", vm };
    } else if (essence(before) !== essence(vm)) {
      yield { kind: "changed", vm };
    }
  }
}

function changeBy(known: Map<string, Vm>, event: GatewayEvent): VmChange | undefined {
  if (event.origin !== "gateway" || !(CHANGES as readonly string[]).includes(event.event)) {
    return undefined;
  }

  const before = known.get(event.vm);
  const vm = applyEvent(before, event);
  if (vm !== undefined) {
    known.set(vm.id, vm);
    return { kind: before === undefined ? "added" : "changed", vm, event };
  }

  known.delete(event.vm);
  return before && { kind: "removed", vm: before, event };
}

/** Whether an id matches one of the patterns, in which `*` stands for any text. */
export function isWanted(id: string, patterns: readonly string[] | undefined): boolean {
  return patterns === undefined || patterns.length === 0
    || patterns.some((pattern) => new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.\\^$+?()[\]{}|]/g, "\\$&")).join(".*")}$`).test(id));
}

// A new cursor, or a newer sign of life, is not a change.
function essence(vm: Vm): string {
  return JSON.stringify({ ...vm, cursor: "", statusObservedAt: null, connection: { ...vm.connection, since: "", lastMessageAt: null, attempts: 0 } });
}
