import { type BulkItem, GatewayError, type GatewayEvent } from "@qmp-gateway/client";
import { dataOf } from "../qemu/events.js";
import { LIFECYCLE } from "../qemu/lifecycle.js";
import type { Sent } from "./sent.js";

/** The result of a command. */
export type Result =
  | { kind: "waiting" }
  /** QEMU did it. `event` completed it; null if there was nothing to do, or no event. */
  | { kind: "done"; event: GatewayEvent | null }
  /** QEMU refused it. */
  | { kind: "refused"; failure: GatewayError }
  /** QEMU never got it. */
  | { kind: "not-sent"; failure: GatewayError }
  /** QEMU acknowledged it, but the event that completes it did not arrive in time. */
  | { kind: "incomplete"; failure: GatewayError }
  /** It may have taken effect, or may still do so. */
  | { kind: "unknown"; failure: unknown }
  /** It was unknown until QEMU's late answer settled it. */
  | { kind: "settled"; by: GatewayEvent };

/** What a failure says about the command. If the gateway names no outcome, only a 4xx response means that nothing was sent. */
export function resultOf(failure: unknown): Result {
  if (!(failure instanceof GatewayError)) {
    return { kind: "unknown", failure };
  }

  if (failure.slug === "wait-timed-out" || failure.slug === "wait-aborted") {
    return { kind: "incomplete", failure };
  }

  const outcome = failure.outcome ?? (failure.status >= 400 && failure.status < 500 ? "not-sent" : "unknown");
  return outcome === "refused" || outcome === "not-sent" ? { kind: outcome, failure } : { kind: "unknown", failure };
}

/** The result of a command on one of many VMs. The gateway leaves out a VM that was removed, or that the caller may not control. */
export function resultOfItem(item: BulkItem | undefined): Result {
  if (item === undefined) {
    const problem = { type: "urn:qmp-gateway:vm-not-found", title: "VM not available", status: 404, detail: "The VM was removed, or you may not control it." };
    return { kind: "not-sent", failure: new GatewayError(problem) };
  }

  return item.problem ? resultOf(new GatewayError(item.problem)) : item.outcome === "done" ? { kind: "done", event: item.event ?? null } : { kind: "unknown", failure: undefined };
}

/** The command after an event: a late answer settles what was unknown, and an event that arrives late completes what was incomplete. */
export function settle(sent: Sent, event: GatewayEvent): Sent {
  if (event.vm !== sent.vm) {
    return sent;
  }

  const { result, command } = sent;
  const { qmp, completes } = LIFECYCLE[command];
  if (result.kind === "unknown" && event.origin === "gateway" && event.event === "COMMAND_FINISHED_LATE") {
    const late = dataOf<"COMMAND_FINISHED_LATE">(event);
    const trace = result.failure instanceof GatewayError ? result.failure.problem.traceId : undefined;
    // Somebody else's command of the same name has another trace.
    return late.command === qmp && (trace === undefined || trace === null || late.traceId === null || late.traceId === trace) ? { ...sent, result: { kind: "settled", by: event } } : sent;
  }

  return result.kind === "incomplete" && event.origin === "qemu" && event.event === completes?.event ? { ...sent, result: { kind: "done", event } } : sent;
}
