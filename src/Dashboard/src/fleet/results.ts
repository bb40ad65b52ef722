import { type BulkItem, GatewayError, type GatewayEvent } from "@qmp-gateway/client";
import { LIFECYCLE, type LifecycleName } from "../qemu/lifecycle.js";
import { isLateAnswer } from "./lateAnswers.js";

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

/** A command that this page sent to a VM, and its result. */
export interface Sent {
  vm: string;
  command: LifecycleName;
  /** When it was sent, in milliseconds. */
  at: number;
  result: Result;
  /** It was sent to many VMs at once, whose results are shown together. */
  isOfMany?: true;
}

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
  const { vm, command, result } = sent;
  const { qmp, completes } = LIFECYCLE[command];
  if (result.kind === "unknown" && isLateAnswer(event, vm, qmp, result.failure)) {
    return { ...sent, result: { kind: "settled", by: event } };
  }

  return result.kind === "incomplete" && event.vm === vm && event.origin === "qemu" && event.event === completes?.event ? { ...sent, result: { kind: "done", event } } : sent;
}
