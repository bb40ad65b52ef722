import type { GatewayError, GatewayEvent } from "@qmp-gateway/client";
import { isLateAnswer } from "../../fleet/lateAnswers.js";

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
  const { vm, command, result } = sent;
  return result.kind === "unknown" && isLateAnswer(event, vm, command, result.failure) ? { ...sent, result: { kind: "settled", by: event } } : sent;
}
