import { GatewayError, type GatewayEvent } from "@qmp-gateway/client";
import { dataOf } from "../../qemu/events.js";

/** The result of a command. */
export type Result =
  | { kind: "waiting" }
  | { kind: "done"; value: unknown; took: number }
  | { kind: "refused" | "not-sent"; failure: GatewayError }
  | { kind: "unknown"; failure: unknown }
  | { kind: "settled"; by: GatewayEvent };

/** A command that was sent from this page. */
export interface SentCommand {
  vm: string;
  command: string;
  /** When, in milliseconds. */
  at: number;
  result: Result;
}

/** The command after an event: a late answer settles what was unknown. */
export function settledBy(sent: SentCommand, event: GatewayEvent): SentCommand {
  const { result } = sent;
  if (result.kind !== "unknown" || event.vm !== sent.vm || event.origin !== "gateway" || event.event !== "COMMAND_FINISHED_LATE") {
    return sent;
  }

  const late = dataOf<"COMMAND_FINISHED_LATE">(event);
  const trace = result.failure instanceof GatewayError ? result.failure.problem.traceId : undefined;
  // Somebody else's command of the same name has another trace.
  return late.command === sent.command && (trace === undefined || trace === null || late.traceId === trace) ? { ...sent, result: { kind: "settled", by: event } } : sent;
}
