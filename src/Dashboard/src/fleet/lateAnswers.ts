import { GatewayError, type GatewayEvent } from "@qmp-gateway/client";
import { dataOf } from "../qemu/events.js";

/**
 * Whether an event is QEMU's late answer to a command whose result is unknown.
 *
 * @param command The command's name in QMP.
 * @param failure What the sender was told. Its trace tells the command from another one of the same name.
 */
export function isLateAnswer(event: GatewayEvent, vm: string, command: string, failure: unknown): boolean {
  if (event.vm !== vm || event.origin !== "gateway" || event.event !== "COMMAND_FINISHED_LATE") {
    return false;
  }

  const late = dataOf<"COMMAND_FINISHED_LATE">(event);
  const trace = failure instanceof GatewayError ? (failure.problem.traceId ?? undefined) : undefined;
  return late.command === command && (trace === undefined || late.traceId === trace);
}
