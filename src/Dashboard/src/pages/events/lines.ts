import type { GatewayEvent } from "@qmp-gateway/client";

/** A range of the journal that is missing, and why. */
export interface Gap {
  /** The last event before it, or the cursor that the page had reached. */
  after: string | undefined;
  /** The gateway keeps what is after this one; undefined if that is not known. */
  oldest: string | undefined;
}

/** A line of the feed: an event, or a range that is missing. */
export type Line = { event: GatewayEvent } | { gap: Gap };

/**
 * Joins a history with what was shown before a gap, which comes where the history meets it, or at the history's end. Returns undefined while
 * the history has not come as far.
 *
 * @param before The gap, and the lines that were shown before it.
 */
export function joinedOver(history: readonly Line[], before: readonly Line[], isEnd: boolean): Line[] | undefined {
  const known = new Set(before.map((line) => ("event" in line ? line.event.id : undefined)));
  const isKnown = (line: Line): boolean => "event" in line && known.has(line.event.id);
  const first = before.length === 0 ? -1 : history.findIndex(isKnown);
  return first >= 0 ? [...history.slice(0, first), ...before, ...history.slice(history.findLastIndex(isKnown) + 1)] : isEnd ? [...history, ...before] : undefined;
}
